/** The form for login and password, then the second factor: on the sign-in page and over an expired session. */
import type { SignedIn } from '@/api/types';
import { el, icon, Live, put, t } from './dom';
import { SignInFlow, type Box, type Step } from './flow';

export interface FormOptions {
  /** Fixed login when the same person has to sign in again. */
  login?: string;
  onSignedIn: (session: SignedIn) => void;
  onOther?: () => void;
}

interface InputBox { root: HTMLElement; label: Text; input: HTMLInputElement; say: (fault: string, help?: string) => void; mark: (invalid: boolean, describedBy?: string) => void }

let made = 0;

/** Label, box, and what is wrong with it or helps. */
function inputBox(live: Live, key: string, attributes: Record<string, string | boolean | undefined>, tool: Node | null = null, className = ''): InputBox {
  made += 1;
  const id = `kd-box-${made}`;
  const label = live.text(key);
  const input = el('input', { id, ...attributes });
  const shell = el('span', { class: `kd-input kd-input-large ${className}` }, input, tool);
  const fault = el('div', { id: `${id}-fault`, class: 'kd-field-error', role: 'alert', hidden: true });
  const help = el('div', { id: `${id}-help`, class: 'kd-field-help', hidden: true });
  const root = el('div', { class: 'kd-field' }, el('div', { class: 'kd-field-head' }, el('label', { for: id }, label)), shell, fault, help);
  return {
    root,
    label,
    input,
    say: (text, hint = '') => {
      fault.hidden = !text;
      fault.replaceChildren(...(text ? [icon('triangle-exclamation-point', 13), el('span', {}, text)] : []));
      help.hidden = !hint || Boolean(text);
      help.textContent = hint;
    },
    mark: (invalid, describedBy) => {
      shell.classList.toggle('kd-input-invalid', invalid);
      put(input, { 'aria-invalid': invalid ? 'true' : undefined, 'aria-describedby': describedBy ?? (!fault.hidden ? fault.id : !help.hidden ? help.id : undefined) });
    },
  };
}

/** Shows what is typed into a box of passwords. */
function eye(live: Live, input: () => HTMLInputElement): HTMLButtonElement {
  let shown = false;
  const button = el('button', { type: 'button', class: 'kd-input-tool' });
  const draw = (): void => {
    put(button, { 'aria-label': t(shown ? 'common.hidePassword' : 'common.showPassword'), 'aria-pressed': String(shown) });
    button.replaceChildren(icon(shown ? 'eye-off' : 'eye', 15));
  };
  live.on(draw);
  button.addEventListener('click', () => { shown = !shown; input().type = shown ? 'text' : 'password'; draw(); });
  return button;
}

function link(live: Live, key: () => string, act: () => void): HTMLButtonElement {
  const button = el('button', { type: 'button', class: 'kd-button kd-button-link' });
  live.on(() => { button.textContent = t(key()); });
  button.addEventListener('click', act);
  return button;
}

/** Draws the form into a place and returns what removes it. */
export function mountSignInForm(place: Element, { login: fixed, onSignedIn, onOther }: FormOptions): () => void {
  const live = new Live();
  const flow = new SignInFlow(() => draw(), onSignedIn);
  let shownStep: Step | null = null;
  let shownFault: unknown = null;
  /** A recovery code instead of the six digits. */
  let recovery = false;
  let capitals = false;

  const login = inputBox(live, 'signIn.login', { name: 'username', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', value: fixed, readonly: fixed !== undefined }, null, fixed === undefined ? '' : 'kd-input-disabled');
  const password: InputBox = inputBox(live, 'signIn.password', { name: 'password', type: 'password', autocomplete: 'current-password' }, eye(live, () => password.input));
  const code = inputBox(live, 'signIn.code', { name: 'code', autocomplete: 'one-time-code', spellcheck: 'false', maxlength: '40' }, null, 'kd-otp');
  const codeText = el('p', { class: 'kd-muted' });
  const notice = el('div', { id: `kd-signin-notice-${made}`, class: 'kd-notice kd-notice-danger', role: 'alert', hidden: true });
  const submit = el('button', { type: 'submit', class: 'kd-button kd-button-primary kd-button-large kd-button-block' });
  const other = onOther ? link(live, () => 'signIn.other', onOther) : null;
  const back = link(live, () => 'signIn.back', () => flow.back());
  const way = link(live, () => (recovery ? 'signIn.useCode' : 'signIn.useRecovery'), () => { recovery = !recovery; code.input.value = ''; flow.forget(); live.draw(); code.input.focus(); });
  const form = el('form', { class: 'kd-signin', novalidate: true }, codeText, login.root, password.root, code.root, notice, submit, way, back, other);
  const boxes: Record<Box, InputBox> = { login, password, code };

  function draw(): void {
    const { step, busy, fault } = flow.state;
    const wait = flow.waits();
    const atCode = step === 'code' || (step === 'done' && shownStep === 'code');
    login.root.hidden = password.root.hidden = atCode;
    code.root.hidden = codeText.hidden = way.hidden = back.hidden = !atCode;
    if (other) other.hidden = atCode;
    codeText.textContent = t(recovery ? 'signIn.recoveryText' : 'signIn.totpText');
    code.label.data = t(recovery ? 'signIn.recoveryCode' : 'signIn.code');
    put(code.input, { inputmode: recovery ? 'text' : 'numeric', autocapitalize: recovery ? 'characters' : 'none' });
    const key = recovery && fault?.key === 'signIn.wrongCode' ? 'signIn.wrongRecovery' : recovery && fault?.key === 'signIn.needCode' ? 'signIn.needRecovery' : fault?.key;
    const said = key ? t(key) : (fault?.text ?? '');
    const above = said && !fault?.empty ? said : '';
    notice.hidden = !above;
    notice.replaceChildren(...(above ? [icon('triangle-exclamation-point'), el('div', { class: 'kd-grow' }, above)] : []));
    for (const [name, box] of Object.entries(boxes)) {
      const wrong = fault?.box === name;
      box.say(wrong && fault.empty ? said : '', name === 'password' && capitals ? t('signIn.capitals') : '');
      box.mark(wrong, wrong && !fault.empty ? notice.id : undefined);
    }
    const label = step === 'done' ? t('signIn.entering') : wait > 0 ? t('signIn.wait', { n: wait }) : t(atCode ? 'signIn.verify' : 'signIn.submit');
    submit.disabled = wait > 0;
    put(submit, { 'aria-busy': busy ? 'true' : undefined });
    submit.replaceChildren(...(busy ? [icon('loader-circle', 16, 'kd-spin')] : []), el('span', { class: 'kd-truncate' }, label));
    if (step !== shownStep && step !== 'done') {
      if (step === 'code') password.input.value = '';
      else { code.input.value = ''; recovery = false; }
      shownStep = step;
      focus(step === 'code' ? 'code' : fixed === undefined && !login.input.value ? 'login' : 'password');
    }
    if (fault !== shownFault) {
      shownFault = fault;
      if (fault?.box) focus(fault.box);
    }
  }
  const focus = (box: Box): void => {
    boxes[box].input.focus({ preventScroll: true });
    boxes[box].input.select();
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void (flow.state.step === 'code' ? flow.giveCode(code.input.value) : flow.givePassword(login.input.value, password.input.value));
  });
  form.addEventListener('input', () => flow.forget());
  password.input.addEventListener('keyup', (event) => {
    const on = event.getModifierState('CapsLock');
    if (on !== capitals) { capitals = on; draw(); }
  });
  // The seconds of a wait run down in the button.
  const clock = window.setInterval(() => { if (submit.disabled) draw(); }, 500);
  live.atEnd(() => window.clearInterval(clock));
  place.append(form);
  live.on(draw);
  return () => { live.end(); form.remove(); };
}
