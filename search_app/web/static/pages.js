/* Comfort on every page but the first one. Works upon site.js; every page works without both.
   The basket, cards, filters that apply at once, a search field over long lists of cities. */
"use strict";

(() => {
  const { ROOT, say, remembered, showCount } = window.opyt;

  /* The basket: what is added or taken away goes into its cookie. */

  const MOST_KEPT = 60;  // The server takes no more in one address.
  const MOST_SIGNS = 3800, YEAR = 365 * 24 * 3600;
  const SAFE = location.protocol === "https:" ? "; secure" : "";
  const bare = (id) => id.split("~")[0];  // Behind «~» stands the fingerprint of the text.
  const idsOf = (address) => new URL(address, location.origin).searchParams.getAll("take");
  const remember = (ids) => {
    const written = ids.map(encodeURIComponent).join("/");
    if (ids.length > MOST_KEPT || written.length > MOST_SIGNS) return false;
    document.cookie = `basket=${written}; path=${ROOT || "/"}; max-age=${ids.length ? YEAR : 0}; samesite=lax${SAFE}`;
    return true;
  };

  function showBasket() {
    const known = remembered().map(bare);
    for (const link of document.querySelectorAll("a[data-basket]")) {
      const inside = idsOf(link.href).every((id) => known.includes(bare(id)));
      link.firstChild.textContent = inside ? "В подборке" : "В подборку";
      link.toggleAttribute("data-inside", inside);
    }
    showCount();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-basket]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const ids = remembered(), own = idsOf(link.href), named = own.map(bare);
    const inside = link.hasAttribute("data-inside");
    const others = ids.filter((id) => !named.includes(bare(id)));
    if (!remember(inside ? others : [...others, ...own])) {
      return say("Подборка заполнена: уберите из неё лишнее");
    }
    showBasket();
    say(inside ? "Убрано из подборки" : `Добавлено в подборку, ответов в ней: ${remembered().length}`);
  });
  showBasket();

  /* A whole card leads where its heading does, unless words in it are being marked. */
  document.addEventListener("click", (event) => {
    const card = event.target.closest(".hits .hit");
    if (!card || event.target.closest("a, button, summary, details, label, input") || String(getSelection())) return;
    const link = card.querySelector("h2 a, h3 a");
    if (event.ctrlKey || event.metaKey) window.open(link.href); else link.click();
  });

  /* What is wider than the screen shows its chosen part. */
  for (const row of document.querySelectorAll("nav .pills")) {
    const chosen = row.querySelector("[aria-current]");
    if (chosen) row.scrollLeft += chosen.getBoundingClientRect().left - row.getBoundingClientRect().left - 16;
  }

  window.addEventListener("beforeprint", () => {
    for (const place of document.querySelectorAll("[data-printed]")) {
      place.textContent = `, напечатано ${new Date().toLocaleDateString("ru", { dateStyle: "long" })}`;
    }
  });

  /* Results: filters and links of the page apply without loading the whole page. */

  const form = document.getElementById("search");
  if (!form || !document.getElementById("found")) return;
  const PARTS = ["carried", "found"];
  const AROUND = ["menu", "vision-bar", "bottom"];  // They lead back here, so they bear the address too.
  const here = () => location.pathname + location.search;
  let shown = here();
  const LONG = 12; // Values from which a list gets a search field of its own.
  let waiting = null, settling = 0;

  function addressOf() {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (String(value).trim()) values.append(name, value);
    const query = values.toString();
    return form.getAttribute("action") + (query ? `?${query}` : "");
  }

  /* How to find the same element in the new page. */
  function trace(element) {
    const found = document.getElementById("found");
    if (!element || !found.contains(element)) return null;
    if (element.name) return { name: element.name, value: element.type === "checkbox" ? element.value : null };
    if (element.matches("summary")) return { summary: element.closest("[data-facet]")?.dataset.facet ?? "" };
    return { heading: true };
  }

  function restore(mark) {
    const found = document.getElementById("found");
    if (mark?.name) {
      const same = [...found.querySelectorAll("[name]")]
        .find((field) => field.name === mark.name && (mark.value === null || field.value === mark.value));
      if (same) { same.closest("details:not(.filters)")?.setAttribute("open", ""); same.focus({ preventScroll: true }); return; }
    }
    if (mark?.summary !== undefined) {
      found.querySelector(mark.summary ? `[data-facet="${mark.summary}"] summary` : ".filters > summary")?.focus({ preventScroll: true });
      return;
    }
    if (!mark) return;
    // A link that is gone with the old results: reading goes on at the heading.
    const heading = found.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    if (heading.getBoundingClientRect().top < 0) found.scrollIntoView();
  }

  function openFolds() {
    return [...document.querySelectorAll("#found details[open]")].map((fold) =>
      fold.matches(".filters") ? "" : fold.closest("[data-facet]")?.dataset.facet ?? null);
  }

  async function go(address, { push = true } = {}) {
    waiting?.abort();
    const own = waiting = new AbortController();
    const found = document.getElementById("found");
    found.classList.add("waiting");
    try {
      const answer = await fetch(address, { signal: own.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || PARTS.some((id) => !page.getElementById(id))) { location.href = address; return; }
      const mark = trace(document.activeElement), open = openFolds();
      for (const id of PARTS) document.getElementById(id).replaceWith(page.getElementById(id));
      for (const name of open) {
        if (name === null) continue;
        document.querySelector(name ? `#found [data-facet="${name}"] details` : "#found .filters")?.setAttribute("open", "");
      }
      for (const id of AROUND) {
        const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
        if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(fresh);
      }
      const feed = "link[rel=alternate]";
      document.querySelector(feed)?.setAttribute("href", page.querySelector(feed)?.getAttribute("href") ?? "");
      document.querySelector(feed)?.setAttribute("title", page.querySelector(feed)?.title ?? "");
      document.title = page.title;
      form.elements.q.value = page.querySelector("#q").value;
      if (push) history.pushState({}, "", answer.redirected ? answer.url : address);
      shown = here();
      restore(mark);
      prepare();
      say(document.querySelector("#found h1").textContent);
    } catch (error) {
      if (error.name !== "AbortError") location.href = address;
    } finally {
      if (waiting === own) document.getElementById("found").classList.remove("waiting");
    }
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); go(addressOf()); });
  document.addEventListener("change", (event) => {
    if (event.target.form !== form || !event.target.closest("#found")) return;
    clearTimeout(settling);
    // A list changes with every key pressed in it: the reader is given time to arrive.
    settling = setTimeout(() => go(addressOf()), event.target.matches("select") ? 500 : 0);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#found a[href^='/search']");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(link.getAttribute("href"));
  });
  // A link within the page is no way to another one.
  window.addEventListener("popstate", () => { if (here() !== shown) go(here(), { push: false }); });

  /* A long facet gets a field that leaves only the values with the typed letters. */
  function sift(facet) {
    const items = [...facet.querySelectorAll("li")];
    if (items.length < LONG) return;
    const title = facet.querySelector("legend").textContent;
    const field = document.createElement("input");
    field.type = "search";
    field.autocomplete = "off";
    field.placeholder = "Найти в списке";
    field.className = "facet-filter";
    field.setAttribute("aria-label", `${title}: найти в списке`);
    facet.querySelector("ul").before(field);
    const plain = (text) => text.toLowerCase().replaceAll("ё", "е");
    field.addEventListener("input", () => {
      const wanted = plain(field.value.trim());
      let left = 0;
      for (const item of items) {
        item.hidden = !plain(item.querySelector(".choice-label").textContent).includes(wanted);
        left += !item.hidden;
      }
      if (wanted) facet.querySelector("details")?.setAttribute("open", "");
      say(`В списке осталось: ${left} из ${items.length}`);
    });
    // Enter in it would send the form.
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }

  /* On a telephone the filters lie over the page; the button that sends the form without scripts puts them away. */
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".filters .apply button");
    if (!button) return;
    event.preventDefault();
    const filters = button.closest(".filters");
    filters.removeAttribute("open");
    filters.querySelector("summary").focus();
  });
  document.addEventListener("keydown", (event) => {
    const filters = event.key === "Escape" && event.target.closest(".filters[open]");
    if (filters && getComputedStyle(filters).position === "fixed") {
      filters.removeAttribute("open");
      filters.querySelector("summary").focus();
    }
  });

  function prepare() {
    showBasket();
    for (const button of document.querySelectorAll("[data-live]")) button.textContent = button.dataset.live;
    document.querySelectorAll("#found .facet:not([data-facet='year'])").forEach(sift);
    // Browsers without ::details-content show the filters of a wide page only when they are open.
    if (!CSS.supports("selector(::details-content)") && document.getElementById("found").clientWidth > 960) {
      document.querySelector(".filters")?.setAttribute("open", "");
    }
  }

  prepare();
})();
