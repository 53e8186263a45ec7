"use strict";
// Answers to pointer and keyboard over the picture of the fleet. Everything else on
// the page is there without it. Data enters the page as text only, never as markup.
(() => {
  const CELL = 10, PITCH = 12, LEVELS = 10; // as in fleet_map.py
  const byId = (id) => document.getElementById(id);
  const map = byId("map"), tip = byId("tip"), cursor = byId("cursor");
  const upright = map.dataset.upright !== undefined, run = Number(map.dataset.run);
  const number = new Intl.NumberFormat("en");

  // One entry for each card, in the order in which they are drawn.
  const cards = JSON.parse(byId("cards").textContent).flatMap((pool) =>
    pool.nodes.flatMap(([node, held], at) =>
      held.map(([memory, cores, pods], index) => ({ pool, node, index, memory, cores, pods, size: held.length }))));
  const backs = [...map.querySelectorAll(".c")], fills = [...map.querySelectorAll(".f")];
  const order = new Map(backs.map((back, at) => [back, at]));

  // --- what is coloured -------------------------------------------------------

  const SHARE = {
    memory: (card) => card.memory / card.pool.memory,
    cores: (card) => card.cores / card.pool.cores,
    pods: (card) => card.pods / card.pool.slots,
  };
  const SCALE = {
    memory: "0 – 100 % of the card’s memory",
    cores: "0 – 100 % of the card’s cores",
    pods: "0 – 100 % of the pods that may share the card",
  };

  function colour(measure) {
    fills.forEach((fill, at) => {
      const share = SHARE[measure](cards[at]) || 0;
      const level = share > 1 ? LEVELS + 1 : Math.ceil(+(share * LEVELS).toFixed(6));
      const height = share ? Math.max(1, Math.min(1, share) * CELL) : 0;
      fill.setAttribute("class", `f l${level}`);
      backs[at].setAttribute("class", `c l${level}`);
      fill.setAttribute("y", backs[at].y.baseVal.value + CELL - height);
      fill.setAttribute("height", height);
    });
    byId("scale").textContent = SCALE[measure];
  }

  // --- one card ---------------------------------------------------------------

  let shown = -1;

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function describe(card) {
    const { pool } = card, list = document.createElement("dl");
    const slots = pool.whole ? "" : ` of ${pool.slots}`;
    const rows = [
      ["memory", `${number.format(card.memory)} of ${number.format(pool.memory)} MiB`],
      ["cores", `${card.cores} of ${pool.cores} %`],
      ["pods", `${card.pods}${slots}`],
    ];
    rows.forEach(([name, value]) => list.append(element("dt", name), element("dd", value)));
    tip.replaceChildren(
      element("strong", card.node), element("p", `card ${card.index} · ${pool.card}`), list);
  }

  function place(box) {
    const left = box.left + scrollX, top = box.top + scrollY;
    cursor.style.cssText =
      `width:${box.width + 6}px;height:${box.height + 6}px;transform:translate(${left - 3}px,${top - 3}px)`;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const x = Math.max(8, Math.min(left + box.width / 2 - tip.offsetWidth / 2, room + scrollX));
    const above = box.top > tip.offsetHeight + 60;
    const y = above ? top - tip.offsetHeight - 12 : top + box.height + 12;
    tip.style.transform = `translate(${x}px,${y}px)`;
  }

  function show(at) {
    if (at === shown) return;
    shown = at;
    tip.hidden = cursor.hidden = at < 0;
    if (at < 0) return;
    describe(cards[at]);
    place(backs[at].getBoundingClientRect());
  }

  // The card under the pointer: gaps between squares belong to the nearest one before.
  function under(event) {
    const node = event.target.closest("svg.node");
    if (!node) return -1;
    const box = node.getBoundingClientRect(), view = node.viewBox.baseVal;
    const column = Math.floor(((event.clientX - box.left) / box.width) * view.width / PITCH);
    const row = Math.floor(((event.clientY - box.top) / box.height) * view.height / PITCH);
    const index = upright ? column * run + row : row * run + column;
    const back = node.querySelectorAll(".c")[index];
    return back ? order.get(back) : -1;
  }

  const STEPS = {
    next: (at) => at + 1,
    back: (at) => at - 1,
    on: (at) => at + cards[at].size,
    before: (at) => at - cards[at].size,
    first: () => 0,
    last: () => cards.length - 1,
  };
  const KEYS = {
    ArrowDown: upright ? "next" : "on", ArrowUp: upright ? "back" : "before",
    ArrowRight: upright ? "on" : "next", ArrowLeft: upright ? "before" : "back",
    Home: "first", End: "last",
  };

  function press(event) {
    if (event.key === "Escape") return show(-1);
    const step = KEYS[event.key];
    if (!step || !cards.length) return;
    event.preventDefault();
    const at = shown < 0 ? 0 : STEPS[step](shown);
    if (at < 0 || at >= cards.length) return;
    backs[at].ownerSVGElement.scrollIntoView({ block: "nearest" });
    show(at);
  }

  map.addEventListener("pointermove", (event) => show(under(event)));
  map.addEventListener("pointerdown", (event) => show(under(event)));
  map.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && show(-1));
  map.addEventListener("keydown", press);
  map.addEventListener("focus", () => map.matches(":focus-visible") && shown < 0 && cards.length && show(0));
  map.addEventListener("blur", () => show(-1));
  addEventListener("resize", () => show(-1));

  map.tabIndex = 0;
  map.setAttribute("role", "application");
  map.setAttribute("aria-describedby", "hint");
  byId("hint").hidden = false;
  const measures = document.querySelector(".measures");
  measures.hidden = false;
  measures.addEventListener("change", (event) => colour(event.target.value));
  // A browser may remember the choice over a reload.
  colour(measures.querySelector(":checked").value);
})();
