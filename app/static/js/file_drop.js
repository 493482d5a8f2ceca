// A file field that also takes a drop, and says the name and size of what was chosen before it is sent.
// The server checks everything again; the warnings here only save a round trip.

export function enhanceFileDrops(root) {
  for (const block of root.querySelectorAll("[data-file-drop]")) enhance(block);
}

function enhance(block) {
  const input = block.querySelector('input[type="file"]');
  const area = block.querySelector("[data-file-area]");
  block.querySelector("[data-file-invite]").hidden = false;
  replaceButton(block, input);
  input.addEventListener("change", () => show(block, input));
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("file-upload__area--over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("file-upload__area--over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("file-upload__area--over");
    const dropped = new DataTransfer();
    const files = input.multiple ? [...event.dataTransfer.files] : [...event.dataTransfer.files].slice(0, 1);
    for (const file of files) dropped.items.add(file);
    input.files = dropped.files;
    show(block, input);
  });
}

// The browser words its own button in its own language, whatever the page's; ours says it in the page's.
function replaceButton(block, input) {
  block.querySelector("[data-file-pick]").hidden = false;
  input.classList.add("visually-hidden");
}

function show(block, input) {
  const pick = block.querySelector("[data-file-pick]");
  if (input.files.length) pick.querySelector("span").textContent = pick.dataset.again;
  const list = block.querySelector("[data-file-list]");
  list.replaceChildren(...[...input.files].map((file) => entry(file, problem(file, block, input, list))));
}

function problem(file, block, input, list) {
  const kinds = input.accept.toLowerCase().split(",").map((kind) => kind.trim()).filter(Boolean);
  if (kinds.length && !kinds.some((kind) => file.name.toLowerCase().endsWith(kind))) return list.dataset.wrongKind;
  const limit = Number(block.dataset.limit);
  return limit && file.size > limit ? list.dataset.tooLarge : "";
}

function entry(file, problemText) {
  const item = element("li", "", "file-upload__file");
  item.append(element("b", file.name), element("span", sizeText(file.size)));
  if (problemText) {
    item.classList.add("file-upload__file--wrong");
    item.append(element("p", problemText));
  }
  return item;
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function sizeText(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
