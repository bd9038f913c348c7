// Whom, in which circumstances, and what they would be shown, with every part of the score.

import { api, byId, element, later, toast, when } from "/static/learning/common.js";

const STAYS = [[0, "刚进来"], [60, "1 分钟"], [180, "3 分钟"], [300, "5 分钟"], [600, "10 分钟"], [1200, "20 分钟"]];
let chosen = "";
let asked = 0;

export const yuan = (fen) => `¥${(fen / 100).toFixed(2).replace(/\.?0+$/, "")}`;

function viewerButton(viewer) {
  const made = element("button", "", viewer.name || viewer.viewer.slice(0, 8));
  made.type = "button";
  made.dataset.viewer = viewer.viewer;
  made.title = viewer.viewer;
  made.append(element("small", "", ` ${when(viewer.seen)}`));
  made.setAttribute("aria-pressed", String(viewer.viewer === chosen));
  made.addEventListener("click", () => {
    chosen = viewer.viewer;
    for (const other of byId("viewers").children) other.setAttribute("aria-pressed", String(other === made));
    refreshPreview();
  });
  return made;
}

let sought = 0;
async function seek() {
  sought += 1;
  const mine = sought;
  const told = await api("GET", `recommend/viewers?q=${encodeURIComponent(byId("seek").value.trim())}`).catch((error) => toast(error.message));
  if (!told || mine !== sought) return;
  byId("viewers").replaceChildren(...told.viewers.map(viewerButton));
  if (!told.viewers.length) byId("viewers").append(element("span", "hint", "没有找到这样的观众"));
  const there = told.viewers.some((viewer) => viewer.viewer === chosen);
  if (!chosen && told.viewers.length) byId("viewers").firstChild.click();
  else if (!there && !told.viewers.length) byId("preview").replaceChildren();
}

function part(one, most) {
  const line = element("div", "part");
  const bar = element("progress");
  bar.max = most;
  bar.value = Math.abs(one.points);
  bar.setAttribute("aria-hidden", "true");
  const points = element("b", one.points < 0 ? "less" : "", `${one.points < 0 ? "−" : "+"}${Math.abs(one.points).toFixed(2)}`);
  points.title = `${one.value} × 权重 ${one.weight}`;
  line.append(element("span", "", one.title), bar, points);
  return line;
}

function why(item) {
  const made = element("details");
  made.append(element("summary", "", `为什么排这里（总分 ${item.score.toFixed(2)}）`));
  const most = Math.max(...item.parts.map((one) => Math.abs(one.points)), 0.01);
  const ordered = [...item.parts].sort((a, b) => Math.abs(b.points) - Math.abs(a.points));
  made.append(...ordered.map((one) => part(one, most)));
  made.append(element("p", "hint", `这个位置出现它的概率 ${(item.propensity * 100).toFixed(item.propensity < 0.1 ? 1 : 0)}%${item.drawn ? "，这次是尝新抽到的" : ""}`));
  return made;
}

function offer(item, place) {
  const made = element("li", "card offer");
  const facts = element("p", "facts");
  facts.append(element("span", "price", yuan(item.price_fen)));
  if (item.link_no) facts.append(element("span", "", `${item.link_no}号链接`));
  facts.append(element("span", "", item.category || "未分类"), element("span", "", `库存 ${item.stock}`));
  for (const rule of item.rules) facts.append(element("span", "mark", rule));
  made.append(element("span", "place", String(place + 1)), element("h3", "", item.title), facts, element("p", "reason", `「${item.reason}」`), why(item));
  return made;
}

function circumstances(told) {
  const { moment } = told;
  const said = [`给 ${moment.k} 件`, moment.explore ? `其中每件有 ${Math.round(moment.explore * 100)}% 的机会尝新` : "不尝新"];
  if (moment.on_air_title) said.push(`正在讲「${moment.on_air_title}」`);
  if (moment.stay_s) said.push(`已停留 ${Math.round(moment.stay_s / 60)} 分钟`);
  return element("p", "hint", said.join(" · "));
}

function dropped(told) {
  const made = element("details");
  made.append(element("summary", "", `没有出现的 ${told.dropped_count} 件`));
  const list = element("ul", "samples");
  list.append(...told.dropped.map((one) => element("li", "", `${one.title}：${one.rule}`)));
  made.append(list);
  return made;
}

function show(told) {
  const profile = element("ul", "profile");
  profile.append(...told.profile.map((line) => element("li", "", line)));
  const rows = [profile];
  if (!told.ready) rows.push(element("p", "wrong", "还没有推荐模型：先导入商品，再点下面的「重新训练」。"));
  else {
    const list = element("ol", "cards");
    list.append(...told.items.map(offer));
    rows.push(circumstances(told), list);
    if (!told.items.length) rows.push(element("p", "empty", "没有可以推荐的商品：都售罄了，或被规则挡住了。"));
    if (told.dropped_count) rows.push(dropped(told));
  }
  byId("preview").replaceChildren(...rows);
}

export async function refreshPreview() {
  if (!chosen) return;
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams({ viewer: chosen, room: byId("room").value, on_air: byId("air").value, stay: byId("stay").value });
  if (byId("public").checked) query.set("public", "1");
  try {
    const told = await api("GET", `recommend/preview?${query}`);
    // An answer to an earlier choice must not replace that to the latest.
    if (mine === asked) show(told);
  } catch (error) {
    if (mine === asked) byId("preview").replaceChildren(element("p", "wrong", error.message));
  }
}

export async function startPreview() {
  byId("stay").append(...STAYS.map(([seconds, name]) => new Option(name, seconds)));
  const told = await api("GET", "recommend/circumstances").catch((error) => toast(error.message));
  byId("room").append(new Option("不在直播间", ""), ...(told?.rooms ?? []).map((room) => new Option(room, room)));
  byId("air").append(new Option("按直播间现在的", ""), ...(told?.products ?? []).map((one) => new Option(one.link_no ? `${one.link_no}号 ${one.title}` : one.title, one.sku)));
  for (const name of ["room", "air", "stay", "public"]) byId(name).addEventListener("change", refreshPreview);
  byId("seek").addEventListener("input", later(seek, 250));
  await seek();
}
