"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.querySelector(".filters");
  const groups = all(".group");
  const lines = new Map(groups.map((group) => [group, all("[data-line]", group)]));
  const texts = new Map();

  const textOf = (line) => {
    if (!texts.has(line)) texts.set(line, line.textContent.toLowerCase());
    return texts.get(line);
  };
  const number = (value) => value.toLocaleString(root.lang === "id" ? "id-ID" : "en-US");

  const unfold = (group, open) => {
    const rest = group.querySelector(".rest");
    if (!rest) return;
    rest.hidden = !open;
    const button = group.querySelector("[data-rest]");
    button.setAttribute("aria-expanded", String(open));
    button.parentElement.hidden = open;
  };

  const apply = () => {
    if (!form) return;
    const column = form.elements.column.value;
    const severity = form.elements.severity ? form.elements.severity.value : "*";
    const wanted = form.elements.text.value.trim().toLowerCase();
    let shown = 0;
    for (const group of groups) {
      const fits = (column === "*" || group.dataset.column === column)
        && (severity === "*" || group.dataset.severity === severity);
      const head = group.querySelector("summary").textContent.toLowerCase();
      const whole = !wanted || head.includes(wanted);
      let hits = 0;
      for (const line of lines.get(group)) {
        const hit = fits && (whole || textOf(line).includes(wanted));
        line.hidden = !hit;
        hits += hit;
      }
      group.hidden = !(fits && (hits || whole));
      if (wanted && hits && !whole) {
        group.querySelector("details").open = true;
        unfold(group, true);
      }
      shown += hits;
    }
    form.querySelector("[data-shown]").textContent = number(shown);
    for (const table of all("section.table")) {
      const listed = all(".group", table);
      table.querySelector(".nothing").hidden = !listed.length || listed.some((g) => !g.hidden);
    }
    for (const lane of all(".lane")) {
      const button = lane.querySelector("[data-pick]");
      lane.classList.toggle("picked", button.dataset.pick === column);
      button.setAttribute("aria-pressed", String(button.dataset.pick === column));
    }
  };

  const speak = (lang) => {
    root.lang = lang;
    for (const button of all("[data-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    for (const option of all("option[data-id]")) option.textContent = option.dataset[lang];
    for (const input of all("input[data-id]")) input.placeholder = input.dataset[lang];
    apply();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.lang) speak(button.dataset.lang);
    if ("rest" in button.dataset) unfold(button.closest(".group"), true);
    if (form && "pick" in button.dataset) {
      const select = form.elements.column;
      select.value = select.value === button.dataset.pick ? "*" : button.dataset.pick;
      apply();
      const first = groups.find((group) => !group.hidden);
      if (select.value !== "*" && first) first.querySelector("details").open = true;
    }
  });
  for (const group of groups) unfold(group, false);
  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
  }
  addEventListener("beforeprint", () => {
    for (const group of groups) group.querySelector("details").open = true;
  });
  speak(root.lang);
})();
