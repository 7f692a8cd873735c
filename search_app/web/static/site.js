/* Comfort for readers whose browser runs scripts. Every page works without this file.
   What every page has: completion of the search box, the count of the basket kept in the browser,
   copying, pictures of charts. The rest is pages.js. */
"use strict";

(() => {
  // The site may stand under a path of another one, which the address of this file tells.
  const ROOT = new URL("..", document.currentScript.src).pathname.replace(/\/$/, "");
  document.documentElement.classList.add("live");
  const status = document.getElementById("status");
  const say = (text) => { if (status) status.textContent = text; };

  /* Completion: an editable combobox by the ARIA Authoring Practices. Words come from /api/suggest. */

  const PAUSE = 150; // Milliseconds between the last key and the question to the server.
  const WHAT = { city: "город", topic: "тема", recent: "вы искали" };
  let lists = 0;
  let unable = false; // The server has no completion: asked once, not again.

  /* Recent queries stay in this browser; the server never hears of them. */
  const RECENT = "recent", MOST_RECENT = 6;
  function recent() {
    try {
      const known = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
      return (Array.isArray(known) ? known : []).map((text) => ({ kind: "recent", text: String(text) }));
    } catch { return []; }
  }
  function rememberQuery(q) {
    const others = recent().map(({ text }) => text).filter((text) => text !== q);
    try { localStorage.setItem(RECENT, JSON.stringify([q, ...others].slice(0, MOST_RECENT))); } catch { /* Not allowed. */ }
  }
  const searched = new URLSearchParams(location.search).get("q")?.trim();
  if (location.pathname === "/search" && searched) rememberQuery(searched.slice(0, 200));

  function complete(input) {
    const box = input.parentElement;
    const list = document.createElement("ul");
    let found = [], current = -1, timer = 0, asked = "";
    list.id = `suggestions-${++lists}`;
    list.className = "combo-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Подсказки");
    box.append(list);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
    })) input.setAttribute(name, value);

    const close = () => {
      list.hidden = true;
      current = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const choose = (place) => {
      current = place;
      [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === place)));
      if (place < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", list.children[place].id);
    };
    const take = (place) => {
      const { kind, text, url } = found[place];
      close();
      if (url && kind !== "query") { location.href = url; return; }
      input.value = text;
      input.form.requestSubmit();
    };
    const show = (suggestions) => {
      found = suggestions;
      current = -1;
      list.replaceChildren(...suggestions.map(({ text, kind }, n) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${n}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.append(text);
        if (WHAT[kind]) {
          const what = document.createElement("span");
          what.className = "count";
          what.textContent = WHAT[kind];
          item.append(what);
        }
        return item;
      }));
      list.hidden = !suggestions.length;
      input.setAttribute("aria-expanded", String(!!suggestions.length));
      if (!suggestions.length) input.removeAttribute("aria-activedescendant");
    };
    const ask = async () => {
      const q = asked = input.value.trimStart();
      if (!q) return show(recent());
      if (unable || q.trim().length < 2) return close();
      try {
        const answer = await fetch(`${ROOT}/api/suggest?${new URLSearchParams({ q })}`);
        if (!answer.ok) { unable = answer.status === 404; return close(); }
        const { suggestions } = await answer.json();
        if (q === asked && document.activeElement === input) show(suggestions);
      } catch { close(); }
    };
    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => { if (event.key === "ArrowDown" && list.hidden && !input.value) ask(); });
    input.addEventListener("click", () => { if (!input.value && list.hidden) ask(); });
    input.form.addEventListener("submit", () => { clearTimeout(timer); asked = ""; close(); });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "Escape") { event.preventDefault(); close(); }
      else if (event.key === "Enter" && current >= 0) { event.preventDefault(); take(current); }
      else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        const turn = found.length + 1; // One place more: back in the field itself.
        choose((current + 1 + step + turn) % turn - 1);
      }
    });
    // Before the field loses the focus and the list goes.
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const item = event.target.closest("li");
      if (item) take([...list.children].indexOf(item));
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(complete);

  /* Basket: its address holds it; a cookie, the same that the server writes for readers without scripts, holds the reader's
     own, so that adding needs no way there and back. */

  const remembered = () => (document.cookie.split("; ").find((one) => one.startsWith("basket=")) ?? "")
    .slice("basket=".length).split("/").filter(Boolean).map(decodeURIComponent);

  function showCount() {
    const ids = remembered();
    const menu = document.querySelector(`.top-links a[href^='${ROOT}/basket']`);
    if (!menu) return;
    menu.href = `${ROOT}/basket${ids.length ? "?" : ""}${new URLSearchParams(ids.map((id) => ["id", id]))}`;
    menu.textContent = ids.length ? `Подборка (${ids.length})` : "Подборка";
  }
  showCount();

  /* What is copied by one click: an address, or the words of an element. */
  document.addEventListener("click", async (event) => {
    const source = event.target.closest("[data-copy]");
    if (!source || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const words = source.dataset.text ? document.getElementById(source.dataset.text).textContent : source.href;
    if (await copied(words.trim())) tell(source, source.dataset.copy);
    else if (source.href) location.href = source.href;
    else say("Скопировать не получилось: выделите текст и нажмите Ctrl+C");
  });

  // A site of a closed network without https has no clipboard but the old way.
  async function copied(words) {
    try { await navigator.clipboard.writeText(words); return true; } catch { /* The old way. */ }
    const field = document.createElement("textarea");
    field.value = words;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  function tell(source, words) {
    say(words);
    const label = source.querySelector("span:not(.unseen)") ?? source.firstChild, before = label.textContent;
    if (before === "Скопировано") return;
    label.textContent = "Скопировано";
    setTimeout(() => { label.textContent = before; }, 2000);
  }

  /* A chart as a picture: the drawing that the link leads to, painted twice as large. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-picture]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const drawing = new Image();
    drawing.onload = () => {
      const sheet = document.createElement("canvas");
      sheet.width = drawing.naturalWidth * 2;
      sheet.height = drawing.naturalHeight * 2;
      sheet.getContext("2d").drawImage(drawing, 0, 0, sheet.width, sheet.height);
      sheet.toBlob((picture) => {
        const file = document.createElement("a");
        file.href = URL.createObjectURL(picture);
        file.download = link.dataset.picture;
        file.click();
        setTimeout(() => URL.revokeObjectURL(file.href), 10_000);
        say("Картинка скачана");
      }, "image/png");
    };
    drawing.onerror = () => { location.href = link.href; };
    drawing.src = link.href;
  });

  // What pages.js builds upon.
  window.opyt = { ROOT, say, remembered, showCount };
})();
