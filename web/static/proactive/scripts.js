// Timed scripts: the list, and the sheet in which one is written.

import { button, doing, element, toast } from "/static/learning/common.js";
import { chips, switchOf } from "./kind.js";
import { preview } from "./preview.js";

function when(script) {
  if (script.at_minute !== null) return `开播第 ${script.at_minute} 分钟说一次`;
  const until = script.last_minute === null ? "" : `，到第 ${script.last_minute} 分钟`;
  return `从第 ${script.first_minute} 分钟起每 ${script.every_minutes} 分钟${until}，一场最多 ${script.most} 次`;
}

const NEW = { pk: null, text: "", on: true, every_minutes: 10, at_minute: null, first_minute: 0, last_minute: null, most: 10 };

function field(form, name, title, value, unit) {
  const label = element("label", "number");
  const input = element("input");
  input.type = "number";
  input.inputMode = "numeric";
  input.min = 0;
  input.name = name;
  input.value = value ?? "";
  label.append(element("span", "", title), input, element("span", "", unit));
  form.append(label);
  return { label, input };
}

const number = (input) => (input.value.trim() === "" ? null : Math.round(Number(input.value)));

// desk: {save(script, draft), remove(script), look(text), reread()}
function sheet(script, variables, desk) {
  const made = element("dialog", "sheet");
  const form = element("form");
  form.method = "dialog";
  const wrong = element("p", "wrong");
  const shown = element("div", "shown");
  const area = element("textarea");
  area.name = "text";
  area.value = script.text;
  area.placeholder = "例如：{链接}{商品}现在{价格}[，{优惠}]，{发货时间}";
  const label = element("label", "", "话术");
  label.append(area);
  const choice = element("select");
  choice.setAttribute("aria-label", "什么时候说");
  choice.append(new Option("每隔几分钟说", "every"), new Option("开播第几分钟说一次", "at"));
  choice.value = script.at_minute === null ? "every" : "at";
  const time = element("fieldset");
  time.append(choice);
  const every = field(time, "every_minutes", "每", script.every_minutes, "分钟");
  const first = field(time, "first_minute", "从第", script.first_minute, "分钟起");
  const last = field(time, "last_minute", "到第", script.last_minute, "分钟止（空着就到下播）");
  const most = field(time, "most", "一场最多", script.most, "次");
  const at = field(time, "at_minute", "第", script.at_minute ?? 0, "分钟");
  const arrange = () => {
    for (const one of [every, first, last, most]) one.label.hidden = choice.value !== "every";
    at.label.hidden = choice.value !== "at";
  };
  choice.addEventListener("change", arrange);
  arrange();

  const draft = () => ({
    text: area.value, on: script.on, version: script.version,
    ...(choice.value === "every"
      ? { every_minutes: number(every.input), at_minute: null, first_minute: number(first.input), last_minute: number(last.input), most: number(most.input) }
      : { every_minutes: null, at_minute: number(at.input) }),
  });
  const attempt = async (work) => {
    wrong.textContent = "";
    try { await work(); } catch (error) {
      wrong.textContent = error.message;
      if (error.code !== "changed_meanwhile") return;
      await desk.reread();
      if (error.detail.current) {
        const again = button("看最新内容", () => { made.close(); sheet(error.detail.current, variables, desk); });
        wrong.append(again);
      }
    }
  };
  const foot = element("div", "actions foot");
  if (script.pk !== null) foot.append(button("删除", () => attempt(async () => { await desk.remove(script); made.close(); }), "danger"));
  foot.append(
    button("取消", () => made.close()),
    button("看看会说什么", () => attempt(async () => shown.replaceChildren(preview(await desk.look(area.value))))),
    button("保存", () => attempt(async () => { await desk.save(script, draft()); made.close(); toast("已保存"); }), "primary"),
  );
  form.append(element("h2", "", script.pk === null ? "新话术" : "修改话术"), label, chips(variables, area), time, wrong, shown, foot);
  made.append(form);
  document.body.append(made);
  made.addEventListener("close", () => made.remove());
  made.showModal();
}

function row(script, variables, desk) {
  const made = element("li", `card${script.on ? "" : " off"}`);
  const head = element("div", "head");
  const toggle = switchOf(script.on, "这条话术");
  head.append(element("p", "facts", when(script)), toggle.made);
  toggle.input.addEventListener("change", () => doing(toggle.input, async () => {
    try {
      await desk.save(script, { ...script, on: toggle.input.checked });
    } catch (error) {
      toggle.input.checked = script.on;
      await desk.reread();
      throw error;
    }
  }));
  const shown = element("div", "shown");
  const actions = element("div", "actions");
  actions.append(
    button("修改", () => sheet(script, variables, desk)),
    button("看看会说什么", (pressed) => doing(pressed, async () => shown.replaceChildren(preview(await desk.lookAt(script))))),
    button("现在说一次", (pressed) => doing(pressed, async () => { await desk.sayNow(script); toast("已经说了"); })),
  );
  made.append(head, element("p", "log-text", script.text), shown, actions);
  return made;
}

export function scriptList(scripts, variables, desk) {
  const made = element("div", "scripts");
  const list = element("ol", "cards");
  list.append(...scripts.map((script) => row(script, variables, desk)));
  if (!scripts.length) list.append(element("li", "empty", "还没有话术。"));
  const add = element("div", "actions");
  add.append(button("添加话术", () => sheet(NEW, variables, desk)));
  made.append(list, add);
  return made;
}
