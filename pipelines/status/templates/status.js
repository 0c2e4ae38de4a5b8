"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = document.querySelector(".filters");
  const number = (value) => value.toLocaleString(root.lang === "id" ? "id-ID" : "en-US");

  const apply = () => {
    const state = form.elements.state.value;
    const wanted = form.elements.text.value.trim().toLowerCase();
    let shown = 0;
    for (const office of all(".office")) {
      const named = office.querySelector("header").textContent.toLowerCase().includes(wanted);
      let hits = 0;
      for (const dataset of all(".dataset", office)) {
        const hit = (state === "*" || dataset.dataset.state === state)
          && (named || dataset.querySelector(".name").textContent.toLowerCase().includes(wanted));
        dataset.hidden = !hit;
        hits += hit;
      }
      office.hidden = !hits;
      shown += hits;
    }
    form.querySelector("[data-shown]").textContent = number(shown);
    document.querySelector("[data-nothing]").hidden = shown > 0;
  };

  const speak = (lang) => {
    root.lang = lang;
    for (const button of all("[data-lang]")) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
    }
    for (const option of all("option[data-id]")) option.textContent = option.dataset[lang];
    apply();
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-lang]");
    if (button) speak(button.dataset.lang);
  });
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  speak(root.lang);
})();
