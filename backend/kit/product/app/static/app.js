/* Small helps: ask before deleting, sort lists, catch up with early typing, open calendars. */
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

/* A header sorts up first, and down when the list is sorted up by it already. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-key]");
  if (!button) return;
  event.preventDefault();
  const filters = document.getElementById("filters");
  const sort = filters.querySelector("input[name=sort]");
  sort.value = sort.value === button.dataset.key ? `-${button.dataset.key}` : button.dataset.key;
  filters.dispatchEvent(new Event("sort"));
});

/* Whatever was typed before the scripts were ready still filters the list. */
window.addEventListener("DOMContentLoaded", () => {
  const filters = document.getElementById("filters");
  if (!filters) return;
  const search = filters.elements.namedItem("search");
  const selects = [...filters.querySelectorAll("select")];
  const isChosen = (select) =>
    select.selectedIndex === Math.max(0, [...select.options].findIndex((o) => o.defaultSelected));
  if (search.value !== search.defaultValue || !selects.every(isChosen)) {
    search.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

/* The browser's own calendar fills the text field beside it. */
for (const button of document.querySelectorAll("button[data-picks]")) {
  const field = document.getElementById(button.dataset.picks);
  const picker = button.previousElementSibling;
  if (!picker.showPicker) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    picker.value = field.value.replace(" ", "T");
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    field.value = picker.value.replace("T", " ");
    field.focus();
  });
}
