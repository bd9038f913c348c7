// One kind of message: its switch, its words, its limits, what it would say now.

import { button, doing, element, toast } from "/static/learning/common.js";
import { preview } from "./preview.js";

export function switchOf(on, label) {
  const made = element("label", "switch");
  const input = element("input");
  input.type = "checkbox";
  input.setAttribute("role", "switch");
  input.setAttribute("aria-label", label);
  input.checked = on;
  const state = element("span", "", on ? "开" : "关");
  made.append(state, input);
  return { made, input };
}

export function chips(variables, area) {
  const made = element("details", "names");
  made.append(element("summary", "", "可以用的变量"));
  made.append(element("p", "hint", "点一下加到话术里。变量没有值时整条不说；写在方括号 [ ] 里的部分没有值就只省掉那一段。"));
  const row = element("ul", "variables");
  for (const { name, meaning } of variables) {
    const line = element("li");
    line.append(button(`{${name}}`, () => {
      area.setRangeText(`{${name}}`, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      area.dispatchEvent(new Event("input"));
    }), element("span", "", meaning));
    row.append(line);
  }
  made.append(row);
  return made;
}

function limit(number) {
  const made = element("label", "number");
  const input = element("input");
  input.type = "number";
  input.inputMode = "numeric";
  input.name = number.name;
  input.min = number.lowest;
  input.max = number.highest;
  input.value = number.value;
  made.append(element("span", "", number.title), input, element("span", "", number.unit));
  return { made, input };
}

// desk: {save(kind, draft), look(kind, text), sayNow(kind)}
export function kindPanel(setting, desk, extra) {
  const made = element("section", "panel kind");
  made.dataset.kind = setting.kind;
  const head = element("div", "head");
  const title = element("h2", "", setting.title);
  const toggle = switchOf(setting.on, setting.title);
  head.append(title, toggle.made);
  made.append(head, element("p", "hint", setting.about));

  const area = element("textarea");
  if (setting.has_text) {
    area.value = setting.text;
    area.maxLength = 400;
    area.setAttribute("aria-label", `${setting.title}的话术`);
    made.append(area, chips(setting.variables, area));
  }
  const limits = element("details", "limits");
  const brief = setting.numbers.map((one) => `${one.title}${one.value}${one.unit.replace(/（.*）/, "")}`).join("，");
  limits.append(element("summary", "", `限制：${brief}`));
  const numbers = setting.numbers.map(limit);
  limits.append(...numbers.map((one) => one.made));
  made.append(limits);

  const wrong = element("p", "wrong");
  const shown = element("div", "shown");
  const draft = () => ({
    on: toggle.input.checked,
    text: area.value,
    numbers: Object.fromEntries(numbers.map(({ input }) => [input.name, input.value === "" ? -1 : Math.round(Number(input.value))])),
    version: setting.version,
  });
  const save = async () => {
    wrong.textContent = "";
    try {
      await desk.save(setting.kind, draft());
    } catch (error) {
      if (error.code !== "changed_meanwhile") toggle.input.checked = setting.on;
      wrong.textContent = error.message;
    }
  };
  toggle.input.addEventListener("change", save);
  const look = (pressed) => doing(pressed, async () => {
    wrong.textContent = "";
    try {
      shown.replaceChildren(preview(await desk.look(setting.kind, setting.has_text ? area.value : undefined)));
    } catch (error) { wrong.textContent = error.message; }
  });
  made.tell = (found) => shown.replaceChildren(preview(found));
  const actions = element("div", "actions");
  actions.append(button("保存", (pressed) => doing(pressed, save), "primary"));
  if (setting.has_text) {
    actions.append(button("看看会说什么", look));
    actions.append(button("现在说一次", (pressed) => doing(pressed, async () => {
      await desk.sayNow(setting.kind);
      toast("已经说了");
    })));
  }
  made.append(wrong, shown, actions);
  if (extra) made.append(extra);
  return made;
}
