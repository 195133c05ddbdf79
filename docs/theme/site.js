// What a page of the site does that HTML and CSS alone cannot: search, the theme's two colours, copying code, where one is.
// Material's mark-up, styles and search worker are used as they are; its bundle, of which this is all that is needed, is not.

const SETUP = 0;
const READY = 1;
const QUERY = 2;
const RESULT = 3;
const MOST_PAGES = 30;

/** @type {(selector: string, root?: ParentNode) => HTMLElement[]} */
const all = (selector, root = document) => [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector))];
/** @type {(name: string) => HTMLElement} the theme's own name of a part */
const part = (name) => all(`[data-md-component="${name}"]`)[0];
/** @type {(id: string) => any} */
const byId = (id) => document.getElementById(id);
const config = JSON.parse(byId("__config").textContent);
/** @type {any} the theme's inline script makes both: what this site remembers of a reader */
const remembered = window;

/**
 * An element of a class with children; a text is text.
 * @type {(tag: string, name: string, ...children: (Node | string)[]) => HTMLElement}
 */
function made(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/** Light or dark: the system's, or what the reader chose. */
function colours() {
  const choices = all("input", part("palette"));
  const preferred = () => choices.findIndex((choice) => matchMedia(choice.dataset.mdColorMedia ?? "").matches);
  const chosen = () => remembered.__md_get("__palette")?.index ?? Math.max(0, preferred());
  const show = (/** @type {number} */ index) => {
    const color = Object.fromEntries(
      ["media", "scheme", "primary", "accent"].map((key) => [key, choices[index].getAttribute(`data-md-color-${key}`)]),
    );
    document.body.setAttribute("data-md-color-switching", ""); // no colour fades into the other
    setTimeout(() => document.body.removeAttribute("data-md-color-switching"));
    for (const [key, value] of Object.entries(color)) document.body.setAttribute(`data-md-color-${key}`, value ?? "");
    choices.forEach((choice, i) => {
      if (choice.nextElementSibling) /** @type {HTMLElement} */ (choice.nextElementSibling).hidden = i !== index;
    });
    return { index, color };
  };
  choices.forEach((choice, i) => choice.addEventListener("change", () => remembered.__md_set("__palette", show(i))));
  part("palette").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const next = choices[(chosen() + 1) % choices.length];
    next.click();
    next.focus();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show(chosen()));
  show(chosen());
}

/** A button on each block of code, and code that is wider than its place is scrolled with the keyboard too. */
function code() {
  const wide = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
      else target.removeAttribute("tabindex");
    }
  });
  for (const block of all(".md-typeset pre > code")) {
    wide.observe(block);
    if (!navigator.clipboard) continue;
    const button = made("button", "md-code__button");
    button.title = config.translations["clipboard.copy"];
    button.dataset.mdType = "copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.innerText.trimEnd());
      tell(config.translations["clipboard.copied"]);
    });
    block.before(made("div", "md-code__nav", button));
  }
}

/** Say something for two seconds. @type {(text: string) => void} */
function tell(text) {
  const dialog = part("dialog");
  dialog.setAttribute("role", "status");
  /** @type {HTMLElement} */ (dialog.firstElementChild).textContent = text;
  dialog.classList.add("md-dialog--active");
  setTimeout(() => dialog.classList.remove("md-dialog--active"), 2000);
}

/** Where one is: the section among the contents, the page's title in the header, the way back to the top. */
function place() {
  const links = /** @type {HTMLAnchorElement[]} */ (all(".md-sidebar--secondary a.md-nav__link"));
  const targets = links.map((link) => byId(decodeURIComponent(link.hash.slice(1))));
  const title = all(".md-content h1")[0];
  let before = window.scrollY;
  const moved = () => {
    const under = part("header").offsetHeight;
    const passed = targets.filter((target) => target && target.getBoundingClientRect().top <= under + 24).length;
    links.forEach((link, i) => {
      link.classList.toggle("md-nav__link--passed", i < passed - 1);
      link.classList.toggle("md-nav__link--active", i === passed - 1);
    });
    into(links[passed - 1]);
    if (title) part("header-title").classList.toggle("md-header__title--active", title.getBoundingClientRect().bottom < under);
    part("top").hidden = !(window.scrollY < before && window.scrollY > 0);
    before = window.scrollY;
  };
  let waits = false;
  addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      moved();
    });
  });
  part("top").addEventListener("click", () => window.scrollTo({ top: 0 }));
  into(all(".md-sidebar--primary a.md-nav__link--active")[0]);
  moved();
}

/** Scroll a link's list so far that the link is seen; the page stays. @type {(link?: HTMLElement) => void} */
function into(link) {
  const list = /** @type {HTMLElement | null | undefined} */ (link?.closest(".md-sidebar__scrollwrap"));
  if (!link || !list) return;
  const at = link.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (at < 0 || at > list.clientHeight - link.offsetHeight) list.scrollTop += at - list.clientHeight / 2;
}

/** The index in the theme's worker, fetched when the search is first opened. */
class Index {
  /** @param {(found: any) => void} found what is called with the answer to what was asked last */
  constructor(found) {
    this.ready = false;
    this.asked = "";
    this.waiting = 0;
    this.worker = new Worker(config.search);
    this.worker.addEventListener("message", ({ data }) => {
      if (data.type === READY) {
        this.ready = true;
        this.ask(this.asked);
      } else if (data.type === RESULT && --this.waiting === 0) found(data.data);
    });
  }

  async load() {
    const answer = await fetch(new URL("search/search_index.json", new URL(`${config.base}/`, location.href)));
    this.worker.postMessage({ type: SETUP, data: { ...(await answer.json()), options: {} } });
  }

  /** @param {string} text */
  ask(text) {
    this.asked = text;
    if (!this.ready) return;
    this.waiting += 1;
    this.worker.postMessage({ type: QUERY, data: text });
  }
}

/** Elements of a text that the worker has marked up. @type {(html: string) => Node[]} */
const parsed = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];

/** A page or a section that was found, as a link. @type {(item: any, whole: boolean, text: boolean) => HTMLElement} */
function found(item, whole, text) {
  const article = made("article", "md-search-result__article md-typeset");
  if (whole) article.append(made("div", "md-search-result__icon md-icon"));
  article.append(made(whole ? "h1" : "h2", "", ...parsed(item.title)), ...(text ? parsed(item.text) : []));
  const link = /** @type {HTMLAnchorElement} */ (made("a", "md-search-result__link", article));
  link.href = new URL(item.location, new URL(`${config.base}/`, location.href)).href;
  return link;
}

/** A page with its sections: the best are shown, the others open on demand. @type {(items: any[]) => HTMLElement} */
function foundPage(items) {
  const page = items.find((item) => !item.location.includes("#")) ?? items[0];
  const sections = items.filter((item) => item !== page);
  const best = sections.filter((item) => item.score >= items[0].score);
  const more = sections.filter((item) => item.score < items[0].score);
  const entry = made("li", "md-search-result__item", found(page, true, page === items[0]));
  entry.append(...best.map((item) => found(item, false, true)));
  if (more.length) {
    const words = config.translations[`search.result.more.${more.length === 1 ? "one" : "other"}`];
    const summary = made("summary", "", made("div", "", words.replace("#", String(more.length))));
    entry.append(made("details", "md-search-result__more", summary, ...more.map((item) => found(item, false, true))));
  }
  return entry;
}

/** The search: opened by its field, its sign, / or Ctrl+K; arrows go through what was found. */
function search() {
  const query = /** @type {HTMLInputElement} */ (part("search-query"));
  const [meta, list] = /** @type {HTMLElement[]} */ ([...part("search-result").children]);
  const toggle = byId("__search");
  /** @type {Index | undefined} */
  let index;
  const show = (/** @type {any} */ { items }) => {
    const kind = items.length === 1 ? "one" : items.length ? "other" : query.value ? "none" : "placeholder";
    meta.textContent = config.translations[`search.result.${kind}`].replace("#", String(items.length));
    list.replaceChildren(...items.slice(0, MOST_PAGES).map(foundPage));
    if (entered) go();
  };
  // Enter may come before the answer
  let entered = false;
  const go = () => {
    entered = !index?.ready || index.waiting > 0;
    if (!entered) all("a", list)[0]?.click();
  };
  const start = async () => {
    index = new Index(show);
    await index.load();
  };
  const open = (/** @type {boolean} */ wanted) => {
    toggle.checked = wanted;
    list.hidden = !wanted;
    list.setAttribute("role", wanted ? "list" : "presentation");
    if (wanted) byId("__drawer").checked = false;
    else query.blur();
    if (wanted && !index) start().catch(() => (meta.textContent = "The search needs a server: python -m http.server"));
  };
  open(false);
  toggle.addEventListener("change", () => (toggle.checked ? query.focus() : open(false)));
  query.addEventListener("focus", () => open(true));
  query.addEventListener("input", () => {
    entered = false;
    index?.ask(query.value);
  });
  query.form?.addEventListener("reset", () => {
    index?.ask("");
    query.focus();
  });
  query.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  keys(query, list, () => open(false));
}

/** The search's keys, and what closes it. @type {(query: HTMLInputElement, list: HTMLElement, close: () => void) => void} */
function keys(query, list, close) {
  part("search").addEventListener("click", ({ target }) => target instanceof Element && target.closest("a") && close());
  part("search").addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !part("search").contains(relatedTarget)) close();
  });
  part("search").addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    if (!step) return;
    event.preventDefault();
    const stops = [query, ...all("summary, a", list).filter((stop) => stop.getClientRects().length)];
    const now = stops.indexOf(/** @type {HTMLInputElement} */ (document.activeElement));
    stops[(now + step + stops.length) % stops.length].focus();
  });
  addEventListener("keydown", (event) => {
    const typing = document.activeElement?.matches("input, textarea, select, [contenteditable]");
    const control = event.ctrlKey || event.metaKey;
    const asked = event.key === "/" ? !typing && !control : event.key === "k" && control;
    if (!asked) return;
    event.preventDefault();
    query.focus();
    query.select();
  });
}

/** On a narrow screen the drawer and its lists open by labels: with the keyboard too, and said to who cannot see. */
function drawer() {
  const narrow = matchMedia("(max-width: 76.2344em)");
  const labels = /** @type {HTMLLabelElement[]} */ (all(".md-header__button[for=__drawer], .md-nav__item label[for^=__nav]"));
  const reach = () => labels.forEach((label) => label.setAttribute("tabindex", narrow.matches ? "0" : "-1"));
  for (const label of labels) {
    label.setAttribute("role", "button");
    if (label.htmlFor === "__drawer") label.setAttribute("aria-label", "Navigation");
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      label.click();
    });
    const list = all(`[aria-labelledby="${label.id}"]`)[0];
    const box = byId(label.htmlFor);
    box.addEventListener("change", () => list?.setAttribute("aria-expanded", String(box.checked)));
  }
  narrow.addEventListener("change", reach);
  reach();
}

document.documentElement.classList.replace("no-js", "js");
colours();
code();
place();
drawer();
search();
