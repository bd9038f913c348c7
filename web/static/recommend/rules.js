// The rules as cards, an editor for one, and below them the weights and the ladder.

import { input, labelled, openSheet } from "/static/console/sheet.js";
import { api, button, byId, doing, element, toast } from "/static/learning/common.js";
import { showSetting } from "./weights.js";

let told = { rules: [], kinds: [], categories: [], brands: [] };
let products = [];
let changedElsewhere = () => {};

const kindOf = (name) => told.kinds.find((kind) => kind.name === name);
// Money is typed in yuan and kept in fen.
const scale = (kind) => (kind.unit === "分" ? 100 : 1);
const unit = (kind) => (kind.unit === "分" ? "元" : kind.unit);

function about(rule) {
  const kind = kindOf(rule.kind);
  const every = { category: "所有类目", brand: "所有品牌" }[kind.target] ?? "";
  const target = rule.title || rule.target || every;
  const number = kind.unit ? `${rule.number / scale(kind)} ${unit(kind)}` : "";
  return [target, rule.kind === "pin" ? `第 ${rule.number} 位` : number].filter(Boolean).join(" · ");
}

function card(rule) {
  const made = element("li", rule.enabled ? "card rule" : "card rule off");
  const what = element("div", "what");
  what.append(element("h3", "", kindOf(rule.kind).title), element("p", "", about(rule)));
  if (rule.note) what.append(element("p", "hint", rule.note));
  if (!rule.enabled) what.append(element("p", "hint", "已停用"));
  const actions = element("div", "actions");
  actions.append(
    button(rule.enabled ? "停用" : "启用", (pressed) => doing(pressed, async () => {
      await api("PUT", `recommend/rules/${rule.pk}`, { ...rule, enabled: !rule.enabled });
      await changed("已生效");
    })),
    button("修改", () => edit(rule)),
  );
  made.append(what, actions);
  return made;
}

function choices(kind) {
  if (kind.target === "sku") return products.map((one) => [one.sku, one.link_no ? `${one.link_no}号 ${one.title}` : one.title]);
  const names = kind.target === "category" ? told.categories : told.brands;
  const every = kind.every ? [["", kind.target === "category" ? "所有类目" : "所有品牌"]] : [];
  return [...every, ...names.map((name) => [name, name])];
}

function fields(form, rule) {
  const kind = element("select");
  kind.append(...told.kinds.map((one) => new Option(one.title, one.name)));
  kind.value = rule.kind;
  const target = element("select");
  const number = input("number", "", "number");
  const note = input("note", rule.note);
  const hint = element("p", "hint");
  labelled(form, "规则", kind);
  form.append(hint);
  const targetLabel = labelled(form, "针对", target);
  const numberLabel = labelled(form, "数", number);
  labelled(form, "备注（可不填）", note);
  const fit = (first) => {
    const one = kindOf(kind.value);
    const same = first === true;
    hint.textContent = one.about;
    targetLabel.hidden = !one.target;
    target.replaceChildren(...choices(one).map(([value, name]) => new Option(name, value)));
    if (same && rule.target !== undefined && [...target.options].some((option) => option.value === rule.target)) target.value = rule.target;
    numberLabel.hidden = !one.unit;
    numberLabel.firstChild.textContent = `${one.title}（${unit(one)}）`;
    number.step = one.unit === "分" ? "0.01" : "1";
    number.value = String((same && rule.pk ? rule.number : one.usual) / scale(one));
  };
  kind.addEventListener("change", fit);
  fit(true);
  return () => {
    const one = kindOf(kind.value);
    return { kind: kind.value, target: one.target ? target.value : "", number: one.unit ? Math.round(Number(number.value) * scale(one)) : 0, note: note.value, enabled: rule.enabled ?? true };
  };
}

function edit(rule) {
  openSheet({
    title: rule.pk ? "修改规则" : "加一条规则", path: "recommend/rules", row: rule, changed,
    fill: (form) => fields(form, rule),
    stale: (current) => { load(); edit(current); },
  });
}

async function load() {
  const found = await api("GET", "recommend/rules").catch((error) => toast(error.message));
  if (!found) return;
  told = found;
  byId("rules").replaceChildren(...told.rules.map(card));
  byId("norules").hidden = told.rules.length > 0;
  byId("usual").textContent = `类目名里含有这些字的，买过后隔这么多天再推荐：${Object.entries(told.usual_due).map(([name, days]) => `${name} ${days} 天`).join("、")}。想改就加一条「用完再推荐」。`;
  showSetting(told.setting, changed);
}

async function changed(said) {
  toast(said);
  await load();
  changedElsewhere();
}

export async function startRules(onChange) {
  changedElsewhere = onChange;
  byId("add").addEventListener("click", () => edit({ kind: "pin", note: "" }));
  products = (await api("GET", "recommend/circumstances").catch(() => null))?.products ?? [];
  await load();
}
