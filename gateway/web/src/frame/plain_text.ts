// Text of strangers made fit to be shown: what would be invisible or would steer the display is drawn as a symbol.
// ANSI escapes lose their escape character and so their effect; HTML needs nothing, it is only ever shown as text.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function plainText(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}
