// Puts a sunset kit's page and its results into the document. All words come from the page, in its language.

import { showFields } from "./show.js";

const FACES = { held: "valid", replaced: "replaced", revoked: "revoked", invalid: "invalid", unknown: "unknown" };

// Shows the whole page in a language, in place of what is there.
export function showLanguage(language) {
  const prepared = document.querySelector(`template[data-language="${language}"]`);
  const page = document.createElement("div");
  page.dataset.page = "";
  page.append(prepared.content.cloneNode(true));
  document.querySelector("[data-page]")?.remove();
  document.body.prepend(page);
  document.documentElement.lang = language;
  document.title = prepared.dataset.title;
  return page;
}

// Shows a row for each result. The first `added` of them are new: one alone is opened, and the reader is led there.
export function showResults(results, added = 0) {
  const place = document.querySelector("[data-results]");
  const rows = results.map(rowOf);
  place.querySelector("[data-list]").replaceChildren(...rows);
  if (results.length === 1 || added === 1) rows[0].querySelector("details").open = true;
  place.hidden = false;
  summarise(place.querySelector("[data-summary]"), results);
  if (!added) return;
  const title = place.querySelector("#results-title");
  title.focus({ preventScroll: true });
  title.scrollIntoView({ block: "start" });
}

export function clearResults() {
  const place = document.querySelector("[data-results]");
  place.hidden = true;
  place.querySelector("[data-list]").replaceChildren();
  document.querySelector("#files").focus();
}

function summarise(element, results) {
  const counted = { total: results.length };
  for (const state of Object.keys(FACES)) counted[state] = results.filter((result) => result.state === state).length;
  element.textContent = element.dataset.pattern.replace(/\{(\w+)\}/g, (_, name) => counted[name]);
}

function rowOf({ state, code, fields, source, name = "" }) {
  const row = document.querySelector("template[data-row]").content.cloneNode(true).firstElementChild;
  row.lang = document.documentElement.lang;
  for (const mark of row.querySelectorAll("[data-state]")) mark.hidden = mark.dataset.state !== state;
  for (const word of row.querySelectorAll("[data-source]")) word.hidden = word.dataset.source !== source;
  row.querySelector("[data-name]").textContent = name;
  row.querySelector(".verdict").classList.add(`verdict--${FACES[state]}`);
  const words = wordsFor(code) ?? wordsFor(code.startsWith("status_") ? "status_list_missing" : state);
  row.querySelector("[data-answer-words]").append(words.content.cloneNode(true));
  const title = row.querySelector(".verdict__title").textContent;
  row.querySelector("[data-who]").textContent = fields ? `${fields.name} · ${fields.course_name}` : title;
  row.querySelector("[data-contents]").hidden = fields === null;
  if (fields) showFields(row.querySelector("[data-contents]"), fields);
  return row;
}

function wordsFor(code) {
  return document.querySelector(`template[data-answer="${code}"]`);
}
