"use strict";
// Everything here is a convenience: without scripts the page says the same, and its filters by verdict still work.
(() => {
  const say = document.body.dataset;
  const claims = [...document.querySelectorAll("details.claim")];
  const areas = [...document.querySelectorAll("section.area")];
  const boxes = [...document.querySelectorAll(".filters input[type=checkbox]")];
  const search = document.getElementById("search");
  const matches = document.getElementById("matches");
  const texts = new Map(claims.map((claim) => [claim, claim.textContent.toLowerCase()]));

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.id.slice("show-".length)));
    let count = 0;
    for (const claim of claims) {
      const text = texts.get(claim);
      const visible = shown.has(claim.dataset.standing) && words.every((word) => text.includes(word));
      claim.hidden = !visible;
      count += visible ? 1 : 0;
    }
    for (const area of areas) area.hidden = !area.querySelector("details.claim:not([hidden])");
    matches.textContent = count === claims.length ? "" : say.shown.replace("{shown}", count).replace("{total}", claims.length);
  }

  function openTarget() {
    const name = decodeURIComponent(location.hash.slice(1));
    const target = name && document.getElementById(name);
    const claim = target && target.closest("details.claim");
    if (!claim) return;
    claim.hidden = false;
    claim.open = true;
    claim.scrollIntoView();
  }

  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = say.copied;
    } catch {
      button.textContent = say.byHand;
      getSelection().selectAllChildren(button.previousElementSibling);
    }
    setTimeout(() => { button.textContent = say.copy; }, 2000);
  }

  for (const command of document.querySelectorAll("pre.command")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = say.copy;
    button.addEventListener("click", () => copy(button, command.querySelector("code").textContent));
    command.append(button);
  }

  const setAll = (open) => claims.forEach((claim) => { if (!claim.hidden) claim.open = open; });
  document.getElementById("open-all").addEventListener("click", () => setAll(true));
  document.getElementById("close-all").addEventListener("click", () => setAll(false));
  document.querySelector(".filters").addEventListener("input", filter);
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".tools").hidden = false;
  addEventListener("hashchange", openTarget);
  openTarget();

  // A printed page cannot be opened by hand: print what is folded, then fold it again.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((item) => { item.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach((item) => { item.open = false; }));
})();
