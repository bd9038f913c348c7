// Two lines at the top, always of the same height: what is running out, and who wants to buy. A
// tap shows the whole list over the page.

import { element } from "/static/widget/blocks.js";

const piece = ({ name, stock }) => (stock > 0 ? `${name ? `${name} ` : ""}剩${stock}件` : `${name || "整款"}卖完`);
const called = (product) => (product.link_no ? `${product.link_no}号` : product.title);

export function strips(byId) {
  const lists = { shelf: [], buyers: [] };
  const titles = { shelf: "快没货", buyers: "这会儿最想买的" };

  function line(name, text, alert) {
    const strip = byId(name);
    strip.querySelector("span").textContent = text;
    strip.classList.toggle("alert", alert);
    strip.disabled = !lists[name].length;
    if (byId("sheet").open && byId("sheet").dataset.of === name) fill(name);
  }

  function fill(name) {
    byId("sheet-title").textContent = titles[name];
    byId("sheet-list").replaceChildren(...lists[name].map(([head, text]) => {
      const row = element("li");
      row.append(element("strong", "", head), element("p", "", text));
      return row;
    }));
  }

  for (const name of Object.keys(lists)) {
    byId(name).addEventListener("click", () => {
      fill(name);
      byId("sheet").dataset.of = name;
      byId("sheet").showModal();
      byId("sheet").scrollTop = 0;
    });
  }

  function shelf({ on_air: onAir, low }) {
    byId("on-air").textContent = onAir ? `${onAir.link_no ? `${onAir.link_no}号 ` : ""}${onAir.title}` : "提词器";
    lists.shelf = low.map((one) => [
      `${one.link_no ? `${one.link_no}号链接 ` : ""}${one.title}${one.on_air ? "（正在讲解）" : ""}`,
      one.left.map(piece).join("，"),
    ]);
    const first = low.map((one) => `${one.on_air ? "" : `${called(one)} `}${one.left.map(piece).join("，")}`);
    line("shelf", first.join("；") || "库存都还够", low.some((one) => one.on_air));
  }

  function buyers({ viewers }) {
    lists.buyers = viewers.map(({ name, why }) => [`@${name}`, why]);
    line("buyers", viewers.map(({ name, why }) => `@${name} ${why.split(" · ")[0]}`).join("；") || "还没看到", false);
  }

  return { shelf, buyers };
}
