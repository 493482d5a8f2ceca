// Puts what was read into the page: fields in their rows, and one of several prepared answers.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SEOUL_MS = 9 * 3_600_000;

// Shows the answer of this name: `place` holds all of them prepared, and an element to show one in.
export function showAnswer(place, name) {
  const shown = place.querySelector("[data-shown]");
  shown.replaceChildren(place.querySelector(`template[data-answer="${name}"]`).content.cloneNode(true));
  place.hidden = false;
  return shown;
}

// Fills the rows of `place` (data-field) with the fields; rows without a value are hidden.
export function showFields(place, fields, record = null) {
  for (const row of place.querySelectorAll("[data-field]")) {
    const name = row.dataset.field;
    row.hidden = !(name in fields);
    if (row.hidden) continue;
    row.querySelector("[data-value]").textContent = written(row, fields[name]);
    const beside = row.querySelector("[data-recorded]");
    if (beside && record) beside.textContent = written(row, record[name]);
  }
}

// Writes a moment as the pages do, in Korea's time: `2026. 3. 9. 14:00`.
export function writtenMoment(iso, language) {
  const seoul = seoulTime(iso);
  return `${writtenDay(seoul.slice(0, 10), language)} ${seoul.slice(11, 16)}`;
}

export function writtenDay(iso, language) {
  const [year, month, day] = iso.split("-").map(Number);
  return language === "en" ? `${day} ${MONTHS[month - 1]} ${year}` : `${year}. ${month}. ${day}.`;
}

function written(row, value) {
  const language = row.closest("[lang]").lang;
  const spelled = spell(value, row.dataset.kind, language);
  return (row.dataset.pattern ?? "{}").replace("{}", () => spelled);
}

function spell(value, kind, language) {
  if (kind === "moment") return writtenMoment(value, language);
  if (kind !== "day") return value;
  return writtenDay(value.includes("T") ? seoulTime(value).slice(0, 10) : value, language);
}

function seoulTime(iso) {
  return new Date(Date.parse(iso) + SEOUL_MS).toISOString();
}
