// <shouze-consents src="/your/own/consents">: what users are asked, purpose by purpose; no dependency, strict CSP.
// ``src`` answers what the portal's /api/consents answers; POST and DELETE go to src/SERVICE/PURPOSE, as there.
const STYLE = `
:host { display: block; font: inherit; color: inherit; }
section { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; padding: 1rem; margin: 0 0 1rem; }
h2, h3 { font-size: 1.05em; margin: 0 0 .5rem; } p { margin: 0 0 .5rem; } ul { margin: 0 0 .75rem; padding-left: 1.25rem; }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; }
button { font: inherit; min-width: 9rem; min-height: 2.75rem; border: 1px solid currentColor; border-radius: 6px; background: none; color: inherit; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
button:disabled { opacity: .55; } [role=alert] { font-weight: 600; }`;
const WORDS = {
  zh: { agree: "同意", withdraw: "不同意 / 撤回", refusal: "不提供则：", optional: "可选", to: "同意提供给", kept: "保存期限：",
    failed: "没有成功，请稍后再试。", changed: "您同意之后有以下变化：" },
  en: { agree: "Agree", withdraw: "Do not agree / withdraw", refusal: "if you refuse: ", optional: "optional", to: "may be provided to ",
    kept: "Kept: ", failed: "It did not work; try again later.", changed: "Since you agreed this has changed:" },
};

class Consents extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });

  connectedCallback() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [sheet];
    this.reload();
  }

  get #language() { return (this.closest("[lang]")?.lang ?? "zh").startsWith("en") ? "en" : "zh"; }

  async reload(focus) {
    const answer = await this.#ask("GET", "");
    if (!answer) return;
    this.#root.replaceChildren(...answer.services.flatMap((each) => [
      element("h2", {}, each.name), ...each.purposes.map((purpose) => this.#purpose(purpose))]));
    if (focus) this.#root.getElementById(focus)?.focus();
  }

  async #ask(method, path, body) {
    const headers = { accept: "application/json", "accept-language": this.#language, ...(body && { "content-type": "application/json" }) };
    try {
      const answer = await fetch(this.getAttribute("src") + path, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
      const told = await answer.json();
      if (answer.ok) return told;
      this.#tell(`${told.detail ?? ""} ${told.remedy ?? ""}`.trim());
    } catch { this.#tell(WORDS[this.#language].failed); }
    return null;
  }

  #tell(words) {
    this.#root.querySelector("[role=alert]")?.remove();
    this.#root.prepend(element("p", { role: "alert" }, words));
    this.dispatchEvent(new CustomEvent("failed", { detail: words }));
  }

  #purpose(each) {
    const words = WORDS[this.#language], id = `${each.service}-${each.purpose}`;
    const list = element("ul", {},
      ...each.necessary.map((item) => element("li", {}, `${item.name} — ${words.refusal}${item.refusal}`)),
      ...each.optional.map((item) => choice("item", item.item, item.name, item.agreed, ` (${words.optional}; ${words.refusal}${item.refusal})`)),
      ...each.recipients.map((one) => choice("recipient", one.recipient, words.to + one.name, one.agreed, "")));
    const chosen = (name) => [...list.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
    const act = async (method, body) => {
      if (await this.#ask(method, `/${each.service}/${each.purpose}`, body)) {
        await this.reload(`${id}-state`);
        this.dispatchEvent(new CustomEvent("decided", { detail: { service: each.service, purpose: each.purpose, agreed: method === "POST" } }));
      }
    };
    const agree = element("button", { type: "button", "aria-describedby": `${id}-name` }, words.agree);
    agree.addEventListener("click", () => act("POST", { version: each.version, items: chosen("item"), recipients: chosen("recipient") }));
    const withdraw = element("button", { type: "button", "aria-describedby": `${id}-name` }, words.withdraw);
    withdraw.disabled = each.state === "never" || each.state === "withdrawn";
    withdraw.addEventListener("click", () => act("DELETE"));
    return element("section", { "aria-labelledby": `${id}-name` }, element("h3", { id: `${id}-name` }, each.name),
      element("p", { id: `${id}-state`, tabindex: "-1" }, each.state_words), element("p", {}, `${each.how} ${words.kept}${each.kept}`),
      ...(each.changes.length ? [element("p", {}, words.changed), element("ul", {}, ...each.changes.map((one) => element("li", {}, one)))] : []),
      list, element("div", { class: "choices" }, agree, withdraw));
  }
}

function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function choice(name, value, words, agreed, more) {
  const box = element("input", { type: "checkbox", name, value, ...(agreed && { checked: "" }) });
  return element("li", {}, element("label", {}, box, ` ${words}`), more);
}

customElements.define("shouze-consents", Consents);
