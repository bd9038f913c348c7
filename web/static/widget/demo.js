// The demo page: a shelf of the shop's own products, each with a question ready to ask.

import { element, picture, price } from "./blocks.js";

function card(product) {
  const item = element("li", "item");
  const name = product.link_no ? `${product.link_no}号链接` : product.title;
  const ask = element("button", "ask", "问客服");
  ask.type = "button";
  ask.setAttribute("aria-label", `问客服：${product.title}`);
  ask.addEventListener("click", () => window.boxiaoer.ask(`${name}多少钱`));
  const foot = element("div", "foot");
  foot.append(price(product), ask);
  const photo = picture(product.image_url, product.title, "photo");
  if (product.link_no) photo.append(element("span", "number", String(product.link_no)));
  item.append(photo, element("h2", "", product.title), foot);
  return item;
}

const shelf = await (await fetch("/widget/products")).json();
document.getElementById("shop").textContent = shelf.shop_name;
document.getElementById("shelf").append(...shelf.products.map(card));
document.getElementById("empty").hidden = shelf.products.length > 0;
