// Serves the verification pages when the service does not answer: the frame of the page, the keys and the states of the
// last visit. Records are never kept; what the paper says is read from the paper. Whatever can be fetched is fetched.

const KEPT = "ieum-verification-2";
const FRAME = "/v/offline";
const FILES = [
  FRAME,
  "/v/states",
  "/.well-known/did.json",
  "/static/favicon.svg",
  "/static/css/verify.css",
  ...["base58", "bytes", "cbor", "keys", "known", "offline", "sha2", "show", "slip", "texts"].map(
    (name) => `/static/js/verify/${name}.js`,
  ),
];

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOlder().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageOrFrame(event));
  else if (FILES.includes(url.pathname)) event.respondWith(freshOrKept(request, url.pathname));
});

async function keepAll() {
  const cache = await caches.open(KEPT);
  await cache.addAll(FILES.map((path) => new Request(path, { cache: "no-cache" })));
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
}

async function pageOrFrame(event) {
  try {
    const page = await fetch(event.request);
    if (page.status < 500) {
      event.waitUntil(keepAll().catch(() => {}));
      return page;
    }
    return (await caches.match(FRAME)) ?? page;
  } catch (error) {
    const kept = await caches.match(FRAME);
    if (kept === undefined) throw error;
    return kept;
  }
}

async function freshOrKept(request, path) {
  try {
    const fresh = await fetch(request);
    if (fresh.ok) return fresh;
    return (await caches.match(path)) ?? fresh;
  } catch (error) {
    const kept = await caches.match(path);
    if (kept === undefined) throw error;
    return kept;
  }
}
