
"use strict";
const openAround = (element) => {
  for (let one = element; one; one = one.parentElement) {
    if (one instanceof HTMLDetailsElement) one.open = true;
  }
};
const showNamed = () => {
  const named = location.hash && document.getElementById(location.hash.slice(1));
  if (!named) return;
  const inside = named.querySelector(":scope > details");
  openAround(inside || named);
  named.scrollIntoView();
};
const dialog = document.getElementById("large");
const showLarge = (link) => {
  const picture = dialog.querySelector("img");
  const small = link.querySelector("img");
  picture.src = link.getAttribute("href");
  picture.alt = small.alt;
  dialog.querySelector("a").href = link.getAttribute("href");
  dialog.querySelector("p").textContent = small.alt;
  dialog.showModal();
};
const seek = (button) => {
  const clip = document.getElementById(button.dataset.clip);
  const go = () => {
    clip.currentTime = Number(button.dataset.at) / 1000;
    clip.play().catch(() => {});
  };
  if (clip.readyState > 0) go();
  else {
    clip.addEventListener("loadedmetadata", go, { once: true });
    clip.load();
  }
};
const follow = (clip) => {
  const chapters = [...document.querySelectorAll(`[data-clip="${clip.id}"]`)];
  clip.addEventListener("timeupdate", () => {
    const now = clip.currentTime * 1000 + 50;
    const begun = chapters.filter((chapter) => Number(chapter.dataset.at) <= now);
    for (const chapter of chapters) {
      if (chapter === begun.at(-1)) chapter.setAttribute("aria-current", "step");
      else chapter.removeAttribute("aria-current");
    }
  });
};
document.addEventListener("click", (event) => {
  const chapter = event.target.closest("button[data-clip]");
  const picture = event.target.closest("a.picture");
  const all = event.target.closest("button[data-all]");
  if (chapter) seek(chapter);
  if (picture && picture.querySelector("img") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    showLarge(picture);
  }
  if (all) {
    for (const one of document.querySelectorAll(".check > details")) one.open = all.dataset.all === "open";
  }
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("button")) dialog.close();
});
document.querySelectorAll("video[id]").forEach(follow);
window.addEventListener("hashchange", showNamed);
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll(".check > details")) one.open = true;
});
document.querySelectorAll("[data-needs-script]").forEach((one) => { one.hidden = false; });
showNamed();
