// Reply blocks as elements. Everything the server says goes through textContent: no text of a
// viewer, a product or an answer can become markup.

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function yuan(fen) {
  return (fen / 100).toFixed(2).replace(/\.?0+$/, "");
}

function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

function button(className, label, action) {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", action);
  return made;
}

const TONES = 6;

// A product without a picture gets its first character on a tone of its own, always the same.
function tone(title) {
  let sum = 0;
  for (const character of title) sum = (sum * 31 + character.codePointAt(0)) % 997;
  return `tone-${sum % TONES}`;
}

export function picture(url, title, className) {
  const box = element("div", `${className} ${tone(title)}`);
  const source = url ? safeUrl(url) : null;
  const blank = () => box.replaceChildren(element("span", "letter", [...title][0] ?? "播"));
  if (!source) {
    blank();
    return box;
  }
  const image = element("img");
  image.alt = "";
  image.loading = "lazy";
  image.referrerPolicy = "no-referrer";
  image.addEventListener("error", blank);
  image.src = source;
  box.append(image);
  return box;
}

export function price(block) {
  const line = element("p", "price");
  const now = element("strong", "", `¥${yuan(block.price_fen)}`);
  line.append(now);
  if (block.list_price_fen > block.price_fen) {
    const before = element("s", "", `¥${yuan(block.list_price_fen)}`);
    before.setAttribute("aria-label", `原价${yuan(block.list_price_fen)}元`);
    line.append(before);
  }
  return line;
}

function stockLine(stock) {
  if (stock === undefined || stock === null || stock > 20) return null;
  return stock > 0
    ? element("span", "tag low", `仅剩${stock}件`)
    : element("span", "tag out", "已售罄");
}

function text(block) {
  return element("p", "bubble", block.text);
}

function productCard(block, act) {
  const card = element("article", "card product");
  const facts = element("div", "facts");
  const tags = element("div", "tags");
  if (block.link_no) tags.append(element("span", "tag link", `${block.link_no}号链接`));
  const stock = stockLine(block.stock);
  if (stock) tags.append(stock);
  facts.append(element("h2", "", block.title));
  if (tags.childElementCount) facts.append(tags);
  if (block.reason) facts.append(element("p", "reason", block.reason));
  const ask = button("ask", "问这款", () => {
    if (block.shown) act.tapped?.(block.shown);
    act.draft(block.link_no ? `${block.link_no}号链接，` : `${block.title}，`);
  });
  ask.setAttribute("aria-label", `问这款：${block.title}`);
  const foot = element("div", "foot");
  foot.append(price(block), ask);
  facts.append(foot);
  card.append(picture(block.image_url, block.title, "picture"), facts);
  return card;
}

function until(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  // The shop's day, wherever the viewer is: the coupon ends by its clock.
  const parts = {
    year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
    hourCycle: "h23", timeZone: "Asia/Shanghai",
  };
  return `${new Intl.DateTimeFormat("zh-CN", parts).format(at)} 前有效`;
}

async function copy(code, copier) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    copier.textContent = "已复制";
  } catch {
    getSelection().selectAllChildren(code);
    copier.textContent = "请长按复制";
  }
}

function couponCard(block) {
  const card = element("article", "card coupon");
  const worth = element("div", "worth");
  worth.append(element("strong", "", `¥${yuan(block.amount_fen)}`));
  worth.append(element("span", "", block.threshold_fen > 0 ? `满${yuan(block.threshold_fen)}可用` : "无门槛"));
  const facts = element("div", "facts");
  const code = element("code", "", block.code);
  const copier = button("copy", "复制", () => copy(code, copier));
  copier.setAttribute("aria-label", `复制券码 ${block.code}`);
  const line = element("div", "code");
  line.append(code, copier);
  facts.append(element("h2", "", block.title), line, element("p", "until", until(block.expires_at)));
  card.append(worth, facts);
  return card;
}

function quickReplies(block, act) {
  const row = element("div", "chips");
  for (const item of block.items) {
    row.append(
      button("chip", item.text, () => {
        row.remove();
        act.send(item.text);
      }),
    );
  }
  return row;
}

function image(block) {
  const source = safeUrl(block.url);
  if (!source) return null;
  const shown = element("img", "photo");
  shown.alt = block.alt ?? "";
  shown.loading = "lazy";
  shown.referrerPolicy = "no-referrer";
  shown.src = source;
  return shown;
}

function handoff(block) {
  const note = element("div", "card handoff");
  note.append(element("span", "badge", "已转主播"), element("p", "", block.text));
  return note;
}

const RENDERERS = {
  text,
  product_card: productCard,
  coupon_card: couponCard,
  quick_replies: quickReplies,
  image,
  handoff,
};

// act: {send(text), draft(text), tapped(shown)?}. Blocks of a kind not known here are left out.
export function render(blocks, act) {
  return blocks.map((block) => RENDERERS[block.type]?.(block, act)).filter(Boolean);
}
