// The sheet in which an FAQ entry is written: conflicts are shown while typing, and real comments
// that mean the same are offered as further phrasings.

import { api, button, element, later, toast } from "./common.js";

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const day = (iso) => (iso ? new Date(iso).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" }) : "");

function field(form, label, control) {
  const box = element("label", "", label);
  box.append(control);
  form.append(box);
  return control;
}

function input(name, value = "", type = "text") {
  const made = element("input");
  made.name = name;
  made.type = type;
  made.value = value;
  return made;
}

function area(name, value = "") {
  const made = element("textarea");
  made.name = name;
  made.value = value;
  return made;
}

export function edit({ title, entry = {}, offered = [], save, remove }) {
  const sheet = element("dialog", "sheet");
  const form = element("form");
  form.method = "dialog";
  form.append(element("h2", "", title));
  const question = field(form, "问题", input("question", entry.question));
  const answer = field(form, "答案（观众会看到）", area("answer", entry.answer));
  const taken = offered.filter((text) => text !== entry.question);
  const boxes = checks(form, taken);
  const similar = field(form, "相似问法，一行一个", area("similar", (entry.similar ?? []).join("\n")));
  const chips = element("div", "chips");
  const notes = element("div");
  notes.setAttribute("aria-live", "polite");
  form.append(chips, notes);
  const more = element("details");
  more.append(element("summary", "", "只用于某个商品、某段时间"));
  const sku = field(more, "商品编号（可不填）", input("sku", entry.sku ?? ""));
  const two = element("div", "two");
  const from = field(two, "从哪天起", input("valid_from", day(entry.valid_from), "date"));
  const to = field(two, "到哪天止（不含）", input("valid_to", day(entry.valid_to), "date"));
  more.append(two);
  more.open = Boolean(entry.sku || entry.valid_from || entry.valid_to);
  form.append(more);
  const wrong = element("p", "wrong");
  wrong.setAttribute("role", "alert");
  const foot = element("div", "actions foot");
  form.append(wrong, foot);

  const phrasings = () => [...boxes().filter((text) => text !== question.value.trim()), ...lines(similar.value)];
  const read = () => ({
    question: question.value.trim(), answer: answer.value.trim(), similar: phrasings(),
    sku: sku.value.trim() || null, category: entry.category ?? "",
    valid_from: from.value || null, valid_to: to.value || null,
  });
  let asked = 0;
  const look = later(() => {
    const phrases = [question.value.trim(), ...phrasings()].filter(Boolean);
    // An answer to what was typed before must not replace that to what is typed now.
    asked += 1;
    const mine = asked;
    const late = () => mine !== asked;
    check(notes, phrases, answer.value, entry.faq_id, late);
    suggest(chips, phrases, similar, look, late);
  }, 400);
  form.addEventListener("input", look);
  const submit = button("保存，立即生效", async (pressed) => {
    wrong.textContent = "";
    pressed.disabled = true;
    try {
      await save(read());
      sheet.close();
    } catch (error) {
      if (error.code === "saved_not_live") {
        sheet.close();
        toast(error.message);
        return;
      }
      wrong.textContent = error.message;
      if (error.code === "changed_meanwhile") differ(wrong, error.detail.current, sheet);
    } finally {
      pressed.disabled = false;
    }
  }, "primary");
  if (remove) foot.append(button("删除", async () => {
    if (!confirm("删除后观众再这么问就不会得到这个答案了，确定吗？")) return;
    try { await remove(); sheet.close(); } catch (error) { wrong.textContent = error.message; }
  }, "danger"));
  foot.append(button("取消", () => sheet.close()), submit);
  sheet.append(form);
  document.body.append(sheet);
  sheet.addEventListener("close", () => sheet.remove());
  sheet.showModal();
  look();
  return sheet;
}

function checks(form, texts) {
  if (!texts.length) return () => [];
  const box = element("fieldset");
  box.append(element("legend", "", "观众这样问过，勾上就一起学会"));
  const made = texts.map((text) => {
    const line = element("label", "tick");
    const tick = input("asked", text, "checkbox");
    tick.checked = true;
    line.append(tick, element("span", "", text));
    box.append(line);
    return tick;
  });
  form.append(box);
  return () => made.filter((tick) => tick.checked).map((tick) => tick.value);
}

// What the advertising law makes of the answer, while it can still be worded otherwise.
function lawful({ text, held, hits }) {
  const said = hits.map((hit) => element("p", "conflict", `答案里的「${hit.found}」${hit.replacement === null ? "不能说" : `会改成「${hit.replacement}」`}（${hit.own ? "" : `${hit.rule}，`}${hit.article}）`));
  if (held) said.push(element("p", "wrong", "这样写观众收不到答案，会转给主播；请换个说法"));
  else if (hits.length) said.push(element("p", "hint", `观众会看到：${text}`));
  return said;
}

async function check(place, phrases, answer, faqId, late) {
  if (!phrases.length && !answer.trim()) return place.replaceChildren();
  const found = await api("POST", "faq/check", { phrases, answer, faq_id: faqId }).catch(() => null);
  if (!found || late()) return undefined;
  const notes = [...lawful(found.wording), ...found.conflicts.map((one) => element("p", "conflict", `「${one.phrase}」${one.note}`))];
  if (found.unchecked) notes.push(element("p", "hint", `问法太多，后面 ${found.unchecked} 条没有检查`));
  return place.replaceChildren(...notes);
}

async function suggest(place, phrases, similar, look, late) {
  const found = await api("POST", "faq/suggest", { phrases }).catch(() => null);
  if (!found || late()) return;
  place.replaceChildren(...found.suggestions.map((one) => button(`＋ ${one.text}${one.count > 1 ? ` ×${one.count}` : ""}`, (pressed) => {
    similar.value = [...lines(similar.value), one.text].join("\n");
    pressed.remove();
    look();
  })));
}

function differ(place, current, sheet) {
  if (!current) return;
  place.append(element("br"), `现在的答案是：${current.answer}`, element("br"));
  place.append(button("放弃我的修改，看最新的", () => { sheet.close(); sheet.dispatchEvent(new CustomEvent("reread", { detail: current })); }));
}
