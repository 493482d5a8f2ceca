// The page of a sunset kit: takes files and codes, examines them with what the page itself holds, and shows a row for
// each. It asks nobody: the page's policy would not let it.

import { examineFile, examineText } from "./inputs.js";
import { clearResults, showLanguage, showResults } from "./kit_view.js";
import { countIssued, readKnowledge } from "./knowledge.js";

const LANGUAGES = ["ko", "en"];
// The newest first; within what was chosen together, in that order.
let results = [];
let knowledge = null;

start();

async function start() {
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("drop", (event) => examineFiles([...event.dataTransfer.files]));
  window.addEventListener("hashchange", examineAddress);
  // Read once the page stands: on a slow machine the table of a large kit takes a moment.
  knowledge = readPage().catch(() => null);
  const preferred = navigator.languages.map((language) => language.slice(0, 2)).find((one) => LANGUAGES.includes(one));
  await show(preferred ?? LANGUAGES[0]);
  await examineAddress();
}

// A browser without DecompressionStream can read neither status lists nor PDFs: better no answer than half of one.
async function readPage() {
  if (globalThis.DecompressionStream === undefined) throw new TypeError("no DecompressionStream");
  const held = (name) => document.querySelector(`script[data-held="${name}"]`).textContent;
  return readKnowledge(JSON.parse(held("knowledge")), held("issued"));
}

async function show(language) {
  const page = showLanguage(language);
  page.querySelector("[data-other-language]").addEventListener("click", (event) => {
    show(event.currentTarget.dataset.otherLanguage).then(() => document.querySelector("[data-other-language]").focus());
  });
  page.querySelector("#files").addEventListener("change", takeFiles);
  page.querySelector("[data-code]").addEventListener("submit", takeCode);
  page.querySelector("[data-print]").addEventListener("click", () => window.print());
  page.querySelector("[data-clear]").addEventListener("click", clear);
  followDrags(page.querySelector("[data-drop]"));
  const known = await knowledge;
  const canWork = known !== null;
  page.querySelector("[data-too-old]").hidden = canWork;
  page.querySelector("[data-asking]").hidden = !canWork;
  const count = page.querySelector("[data-count]");
  if (canWork) count.textContent = count.dataset.pattern.replace("{}", countIssued(known).toLocaleString(language));
  const reads = "BarcodeDetector" in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  page.querySelector("[data-no-reader]").hidden = reads.includes("qr_code");
  if (results.length) showResults(results);
}

async function takeFiles(event) {
  const files = [...event.currentTarget.files];
  event.currentTarget.value = "";
  await examineFiles(files);
}

async function examineFiles(files) {
  if (!files.length) return;
  const known = await knowledge;
  const answers = [];
  // One after the other: a stack of a hundred papers need not be in memory at once.
  for (const file of files) {
    const found = await examining(() => examineFile(file, known));
    answers.push(...found.map((answer) => ({ ...answer, name: file.name })));
  }
  add(answers);
}

async function takeCode(event) {
  event.preventDefault();
  const field = event.currentTarget.querySelector("textarea");
  const typed = field.value;
  add(await examining(async () => examineText(typed, await knowledge)));
  field.value = "";
}

// A QR code at the service's old address may lead here, with the digits behind `#`.
async function examineAddress() {
  const digits = /^#([0-9].*)$/.exec(window.location.hash)?.[1];
  if (digits) add(await examining(async () => examineText(digits, await knowledge)));
}

async function examining(examine) {
  try {
    return await examine();
  } catch (error) {
    console.error(error);
    return [{ state: "unknown", code: "broken", fields: null, source: "" }];
  }
}

function add(answers) {
  results = [...answers, ...results];
  showResults(results, answers.length);
}

function clear() {
  results = [];
  clearResults();
}

function followDrags(area) {
  area.addEventListener("dragover", () => area.classList.add("drop--over"));
  for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.classList.remove("drop--over"));
}
