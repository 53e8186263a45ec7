"use strict";
(() => {
  const tools = document.getElementById("tools");
  if (!tools) return;
  const changes = [...document.querySelectorAll(".change")];
  const stacks = [...document.querySelectorAll(".stack")];
  const texts = changes.map((change) => change.textContent.toLowerCase());
  const search = tools.querySelector("input[type=search]");
  const acts = [...tools.querySelectorAll("input[type=checkbox]")];
  const found = document.getElementById("found");

  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(acts.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    changes.forEach((change, at) => {
      const fits = wanted.has(change.dataset.act) && words.every((word) => texts[at].includes(word));
      change.hidden = !fits;
      if (fits) count += Number(change.dataset.count);
    });
    for (const stack of stacks) stack.hidden = !stack.querySelector(".change:not([hidden])");
    found.textContent = `${count.toLocaleString("en")} shown`;
  };

  tools.hidden = false;
  search.addEventListener("input", show);
  for (const box of acts) box.addEventListener("change", show);
  tools.addEventListener("click", (event) => {
    const open = event.target.dataset.open;
    if (open === undefined) return;
    for (const change of changes) if (!change.hidden) change.open = open === "yes";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) {
      event.preventDefault();
      search.focus();
    }
  });
  show();
})();
