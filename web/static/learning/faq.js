// 问答库: search, write, import, export; and the owner's own intents.

import { api, badge, button, byId, doing, element, later, toast } from "./common.js";
import { edit } from "./editor.js";

const PAGE = 30;
let entries = [];
let actions = [];

function card(entry) {
  const made = element("li", "card");
  made.append(element("h2", "", entry.question), element("p", "said-answer", entry.answer));
  const facts = element("p", "facts");
  if (entry.similar.length) facts.append(element("span", "", `${entry.similar.length} 种相似问法`));
  if (entry.sku) facts.append(element("span", "", `只用于 ${entry.sku}`));
  if (entry.valid_from || entry.valid_to) facts.append(element("span", "", "限时"));
  const actions = element("div", "actions");
  actions.append(button("修改", () => change(entry)));
  made.append(facts, actions);
  return made;
}

function change(entry) {
  const path = `faq/entry/${encodeURIComponent(entry.faq_id)}`;
  const sheet = edit({
    title: "修改问答",
    entry,
    save: async (draft) => {
      await api("PUT", path, { ...draft, version: entry.version });
      toast("已生效");
      await load();
    },
    remove: async () => {
      await api("DELETE", `${path}?version=${entry.version}`);
      toast("已删除");
      await load();
    },
  });
  sheet.addEventListener("reread", (event) => { load(); change(event.detail); });
}

function add() {
  edit({
    title: "新问答",
    save: async (draft) => {
      await api("POST", "faq", draft);
      toast("已生效");
      await load();
    },
  });
}

async function load(offset = 0) {
  const words = encodeURIComponent(byId("search").value.trim());
  const page = await api("GET", `faq?q=${words}&offset=${offset}&limit=${PAGE}`).catch((error) => toast(error.message));
  if (!page) return;
  entries = offset ? [...entries, ...page.entries] : page.entries;
  byId("entries").replaceChildren(...entries.map(card));
  byId("total").textContent = page.total ? `共 ${page.total} 条` : "";
  byId("more").hidden = entries.length >= page.total;
  byId("nothing").hidden = page.total > 0;
}

async function bring(file) {
  const told = byId("imported");
  told.replaceChildren(element("p", "hint", "正在导入…"));
  try {
    const done = await api("POST", `faq/import?name=${encodeURIComponent(file.name)}`, file);
    const rows = [`共 ${done.rows} 行：新增 ${done.created}，更新 ${done.updated}，没变 ${done.unchanged}，有问题 ${done.refused}`];
    rows.push(...done.problems.map((one) => `第 ${one.line} 行${one.column ? `「${one.column}」` : ""}：${one.reason}`));
    told.replaceChildren(...rows.map((text, at) => element("p", at ? "wrong" : "", text)));
    await load();
  } catch (error) {
    told.replaceChildren(element("p", "wrong", error.message));
  }
}

function ownCard(intent) {
  const made = element("li", "card");
  made.append(element("h3", "", intent.title), element("p", "said-answer", intent.reply || `像「${actions.find((one) => one.name === intent.action)?.title ?? intent.action}」一样回答`));
  made.append(element("p", "facts", `${intent.examples.length} 个例句`));
  const actions = element("div", "actions");
  actions.append(button("修改", () => topic(intent)), button("删除", (pressed) => doing(pressed, async () => {
    if (!confirm("删除后要再训练一次才会从模型里去掉，确定吗？")) return;
    await api("DELETE", `intents/${intent.name}`, { version: intent.version });
    await loadOwn();
  }), "danger"));
  made.append(actions);
  return made;
}

function topic(intent = { title: "", examples: [], reply: "", action: "" }) {
  const sheet = element("dialog", "sheet");
  const form = element("form");
  const wrong = element("p", "wrong");
  const controls = { title: element("input"), examples: element("textarea"), reply: element("textarea") };
  const names = { title: "话题名", examples: "例句，一行一个，至少 5 个", reply: "回复" };
  form.append(element("h2", "", intent.name ? "修改话题" : "新建话题"));
  const action = element("select");
  action.append(new Option("用我写的话", ""), ...actions.map((one) => new Option(one.title, one.name)));
  action.value = intent.action;
  for (const [name, control] of Object.entries(controls)) {
    control.name = name;
    control.value = name === "examples" ? intent.examples.join("\n") : intent[name];
    const label = element("label", "", names[name]);
    label.append(control);
    form.append(label);
  }
  const choice = element("label", "", "或者像这类问题一样回答");
  choice.append(action);
  form.append(choice);
  const save = button("保存", async () => {
    const draft = { title: controls.title.value.trim(), examples: controls.examples.value.split("\n").map((line) => line.trim()).filter(Boolean), reply: controls.reply.value.trim(), action: action.value, version: intent.version };
    try {
      if (intent.name) await api("PUT", `intents/${intent.name}`, draft);
      else await api("POST", "intents", draft);
      sheet.close();
      toast("已保存，下次训练并发布模型后生效");
      await loadOwn();
    } catch (error) { wrong.textContent = error.message; }
  }, "primary");
  const foot = element("div", "actions foot");
  foot.append(button("取消", () => sheet.close()), save);
  form.append(wrong, foot);
  sheet.append(form);
  document.body.append(sheet);
  sheet.addEventListener("close", () => sheet.remove());
  sheet.showModal();
}

async function loadOwn() {
  const found = await api("GET", "intents").catch(() => null);
  if (!found) return;
  actions = found.actions;
  byId("own").replaceChildren(...found.intents.map(ownCard));
}

byId("add").addEventListener("click", add);
byId("add-own").addEventListener("click", () => topic());
byId("more").addEventListener("click", () => load(entries.length));
byId("search").addEventListener("input", later(() => load(), 250));
byId("file").addEventListener("change", (event) => { if (event.target.files[0]) bring(event.target.files[0]); event.target.value = ""; });
load();
loadOwn();
api("GET", "inbox").then((inbox) => badge(inbox.open)).catch(() => {});
