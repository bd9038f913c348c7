// 待学习: groups of questions, each with three things to do.

import { api, badge, button, byId, doing, element, toast, when } from "./common.js";
import { edit } from "./editor.js";

const REASONS = { unknown: "没听懂", low_confidence: "没把握", handed_over: "转给主播", thumbs_down: "被观众点了踩" };
const REFRESH = 8000;
let shown = "";
let groups = [];

function card(group) {
  const made = element("li", "card");
  made.append(element("h2", "", group.title));
  const facts = element("p", "facts");
  facts.append(element("span", "strong", `问了 ${group.count} 次`), element("span", "", `${group.viewers} 位观众`));
  for (const [reason, count] of Object.entries(group.reasons)) facts.append(element("span", "", `${REASONS[reason] ?? reason} ${count}`));
  if (group.rules.length) facts.append(element("span", "strong", `广告法拦下：${group.rules.join("、")}`));
  facts.append(element("span", "", group.rooms.length ? "直播间" : "客服"), element("time", "", when(group.last_asked)));
  made.append(facts);
  const others = group.texts.filter((text) => text !== group.title).slice(0, 3);
  if (others.length) {
    const samples = element("ul", "samples");
    samples.append(...others.map((text) => element("li", "", text)));
    made.append(samples);
  }
  const actions = element("div", "actions");
  const wrong = group.matches.find((match) => match.faq_id === group.wrong_faq_id);
  if (group.wrong_faq_id) actions.append(button("修改答案", () => correct(group, wrong?.faq_id ?? group.wrong_faq_id), "primary"));
  actions.append(button("写答案", () => write(group), group.wrong_faq_id ? "" : "primary"));
  if (group.matches.length) actions.append(button("并入已有问答", () => join(made, group)));
  actions.append(button("忽略", (pressed) => doing(pressed, async () => {
    await api("POST", "inbox/ignore", { pks: group.pks });
    toast("已忽略");
    await load(true);
  })));
  made.append(actions);
  return made;
}

function write(group) {
  edit({
    title: "写答案",
    entry: { question: group.title },
    offered: group.texts.filter((text) => text !== group.title),
    save: async (draft) => {
      await api("POST", "inbox/answer", { ...draft, pks: group.pks });
      toast("已生效：下一位这么问的观众会得到这个答案");
      await load(true);
    },
  });
}

async function correct(group, faqId) {
  const entry = await api("GET", `faq/entry/${encodeURIComponent(faqId)}`).catch((error) => toast(error.message));
  if (!entry) return;
  const sheet = edit({
    title: "修改答案",
    entry,
    save: async (draft) => {
      await api("PUT", `faq/entry/${encodeURIComponent(faqId)}`, { ...draft, version: entry.version, pks: group.pks });
      toast("已生效");
      await load(true);
    },
  });
  sheet.addEventListener("reread", () => correct(group, faqId));
}

function join(place, group) {
  const list = element("div", "chips");
  for (const match of group.matches) {
    list.append(button(`${match.question}：${match.answer.slice(0, 24)}`, (pressed) => doing(pressed, async () => {
      await api("POST", "inbox/join", { pks: group.pks, faq_id: match.faq_id, version: match.version, phrases: group.texts });
      toast("已生效：这些问法都会得到这条答案");
      await load(true);
    })));
  }
  place.querySelector(".chips")?.remove();
  place.append(list);
  list.querySelector("button").focus();
}

// /console/inbox#teach=QUESTION&sku=… comes from the prompter: the editor opens with the question
// as it was asked. What follows the # never reaches a server log.
function wanted() {
  const asked = new URLSearchParams(location.hash.slice(1));
  return { text: (asked.get("teach") ?? "").trim(), sku: (asked.get("sku") ?? "").trim() };
}

function teach() {
  const { text, sku } = wanted();
  if (!text || document.querySelector("dialog[open]")) return;
  history.replaceState(null, "", location.pathname);
  const group = groups.find((one) => one.title === text || one.texts.includes(text));
  edit({
    title: "教它这个问题",
    entry: { question: text, sku },
    offered: (group?.texts ?? []).filter((one) => one !== text),
    save: async (draft) => {
      if (group) await api("POST", "inbox/answer", { ...draft, pks: group.pks });
      else await api("POST", "faq", draft);
      toast("已生效：下一位这么问的观众会得到这个答案");
      await load(true);
    },
  });
}

async function load(force = false) {
  if (!force && document.querySelector("dialog[open]")) return;
  const inbox = await api("GET", "inbox").catch((error) => toast(error.message));
  if (!inbox) return;
  badge(inbox.open);
  const print = JSON.stringify(inbox.groups);
  if (print === shown && !force) return;
  shown = print;
  groups = inbox.groups;
  byId("groups").replaceChildren(...inbox.groups.map(card));
  byId("nothing").hidden = inbox.groups.length > 0;
}

async function start() {
  await load(true);
  teach();
}

addEventListener("hashchange", start);
start();
setInterval(load, REFRESH);
