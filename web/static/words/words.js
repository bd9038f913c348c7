// 敏感词与广告法: the owner's words, and a box that says what becomes of a sentence and why.

import { input, labelled, openSheet } from "/static/console/sheet.js";
import { api, badge, button, byId, doing, element, later, toast } from "/static/learning/common.js";

const KINDS = { abuse: "辱骂", advert: "广告", contact: "联系方式", forbidden: "广告法用词", allowed: "放行" };
const MEANINGS = {
  abuse: "含有它的弹幕不回答、不展示",
  advert: "含有它的弹幕按广告处理，不回答",
  contact: "含有它的弹幕按留联系方式处理，不回答",
  forbidden: "我们自己的回答里不能说：写了替换就改口，没写就先不发，交给主播",
  allowed: "自带词库误伤时，写在这里就放行；广告法用词放行前，请先确认不违规",
};
let words = [];

function card(word) {
  const made = element("li", word.enabled ? "card" : "card off");
  const line = element("div", "word");
  line.append(element("h2", "", word.word), element("span", "kind", KINDS[word.kind]));
  if (word.kind === "forbidden") line.append(element("span", "", word.replacement ? `改说「${word.replacement}」` : "不发，交给主播"));
  const facts = element("p", "facts");
  if (word.sounds) facts.append(element("span", "", "同音也算"));
  if (!word.enabled) facts.append(element("span", "strong", "已停用"));
  if (word.note) facts.append(element("span", "", word.note));
  const actions = element("div", "actions");
  actions.append(
    button("修改", () => edit(word)),
    button(word.enabled ? "停用" : "启用", (pressed) => doing(pressed, async () => {
      await api("PUT", `words/${word.pk}`, { ...word, enabled: !word.enabled });
      await changed("已生效");
    })),
  );
  made.append(line, facts, actions);
  return made;
}

function tick(name, checked) {
  const made = input(name, "");
  made.type = "checkbox";
  made.checked = checked;
  return made;
}

function fields(form, word) {
  const kind = element("select");
  kind.append(...Object.entries(KINDS).map(([value, name]) => new Option(name, value)));
  kind.value = word.kind;
  const text = input("word", word.word);
  const said = input("replacement", word.replacement);
  const note = input("note", word.note);
  const sounds = tick("sounds", word.sounds);
  const meaning = element("p", "hint");
  labelled(form, "词", text);
  labelled(form, "类别", kind);
  form.append(meaning);
  const saidLabel = labelled(form, "替换成（不写就不发，交给主播）", said);
  const soundsLabel = labelled(form, "同音字也算（比如用别的字写同一个音）", sounds, "tick");
  labelled(form, "备注（可不填）", note);
  const fit = () => {
    meaning.textContent = MEANINGS[kind.value];
    saidLabel.hidden = kind.value !== "forbidden";
    soundsLabel.hidden = !["abuse", "advert", "contact"].includes(kind.value);
  };
  kind.addEventListener("change", fit);
  fit();
  return () => ({
    kind: kind.value, word: text.value, note: note.value, enabled: word.enabled,
    replacement: saidLabel.hidden ? "" : said.value, sounds: !soundsLabel.hidden && sounds.checked,
  });
}

function edit(word) {
  openSheet({
    title: word.pk ? "修改词" : "加一个词", path: "words", row: word, changed,
    fill: (form) => fields(form, word),
    stale: (current) => { load(); edit(current); },
  });
}

const fresh = (kind, word = "", note = "") => ({ kind, word, note, replacement: "", sounds: false, enabled: true });

function found(text, className, allow) {
  const made = element("div", className);
  made.append(element("span", "", text));
  // An own word is changed in the list; a shipped one can only be let pass.
  if (allow) made.append(button(`放行「${allow}」`, () => edit(fresh("allowed", allow))));
  return made;
}

function verdict({ comment, said }) {
  const rows = [];
  if (comment) rows.push(found(`作为弹幕：不回答（${comment.label}）。${comment.how}命中「${comment.word}」${comment.own ? "，是您自己加的词" : ""}`, "found stop", comment.own ? "" : comment.found));
  else rows.push(element("p", "pass", "作为弹幕：放行"));
  if (said.held) rows.push(element("p", "wrong", "作为回答：不发，交给主播"));
  else if (said.hits.length) rows.push(element("p", "", `作为回答：改成「${said.text}」`));
  else rows.push(element("p", "pass", "作为回答：照发"));
  for (const hit of said.hits) {
    const done = hit.replacement === null ? "不能说" : `改说「${hit.replacement}」`;
    rows.push(found(`「${hit.found}」${done}（${hit.own ? "" : `${hit.rule}，`}${hit.article}）`, hit.replacement === null ? "found stop" : "found", hit.own ? "" : hit.found));
  }
  byId("verdict").replaceChildren(...rows);
}

let asked = 0;
async function attempt() {
  const text = byId("sentence").value.trim();
  asked += 1;
  const mine = asked;
  if (!text) return byId("verdict").replaceChildren();
  try {
    const told = await api("POST", "words/check", { text });
    // An answer to what was typed before must not replace that to what is typed now.
    if (mine === asked) verdict(told);
  } catch (error) {
    if (mine === asked) byId("verdict").replaceChildren(element("p", "wrong", error.message));
  }
  return undefined;
}

function show() {
  const sought = byId("search").value.trim().toLowerCase();
  const shown = words.filter((word) => `${word.word} ${word.note} ${word.replacement}`.toLowerCase().includes(sought));
  byId("words").replaceChildren(...shown.map(card));
  byId("nothing").hidden = words.length > 0;
}

async function load() {
  const told = await api("GET", "words").catch((error) => toast(error.message));
  if (!told) return;
  words = told.words;
  const { abuse, advert, contact, forbidden } = told.shipped;
  byId("shipped").textContent = `自带：辱骂 ${abuse} 词、广告 ${advert} 词、联系方式 ${contact} 词加号码和链接识别、广告法 ${forbidden} 条规则。您自己的 ${words.length} 个词：`;
  show();
}

async function changed(told) {
  toast(told);
  await load();
  await attempt();
}

byId("add").addEventListener("click", () => edit(fresh("advert")));
byId("search").addEventListener("input", show);
byId("sentence").addEventListener("input", later(attempt, 250));
load();
api("GET", "inbox").then((inbox) => badge(inbox.open)).catch(() => {});
