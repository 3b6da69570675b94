/* Small helps: ask before deleting, catch up with early typing, open the calendar. */
"use strict";

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
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
