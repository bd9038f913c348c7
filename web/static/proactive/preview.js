// What would be said, as the viewers would read it, and why it is not said at once.

import { element } from "/static/learning/common.js";
import { yuan } from "/static/widget/blocks.js";

function line(block) {
  if (block.type !== "product_card") return element("p", "", block.text ?? "");
  const facts = [block.link_no && `${block.link_no}号链接`, block.title, `¥${yuan(block.price_fen)}`];
  if (block.list_price_fen) facts.push(`划线价 ¥${yuan(block.list_price_fen)}`);
  facts.push(block.reason, block.stock > 0 && `库存 ${block.stock} 件`);
  return element("p", "product-line", `商品卡：${facts.filter(Boolean).join(" · ")}`);
}

export function preview({ blocks, why }) {
  const made = element("div", "preview");
  made.append(...blocks.map(line));
  made.append(element("p", why ? "why" : "why yes", why ? `现在不说：${why}` : "现在就会说"));
  return made;
}
