import type { Looked } from '../../core/domain/doctor.ts';
import type { Locale } from '../../core/domain/locale.ts';
import { fill, type Text } from '../../core/render/texts/text.ts';

type Values = Readonly<Record<string, string>>;
type AnyText = Text<string>;

/** Writes down what was looked at, in the reader's language. */
export interface Sheet {
  ok(id: string, text: AnyText, values?: Values): Looked;
  warn(id: string, text: AnyText, values?: Values, todo?: AnyText): Looked;
  fail(id: string, text: AnyText, values?: Values, todo?: AnyText): Looked;
  /** An error of ours says itself what to do. */
  error(id: string, error: { readonly message: string; readonly hint: string }): Looked;
}

export function sheet(locale: Locale, host: string | null): Sheet {
  const looked =
    (status: Looked['status']) =>
    (id: string, text: AnyText, values: Values = {}, todo?: AnyText): Looked => ({
      id,
      host,
      status,
      text: fill(locale, text, values),
      todo: todo === undefined ? null : fill(locale, todo, values),
    });
  return {
    ok: looked('ok'),
    warn: looked('warn'),
    fail: looked('fail'),
    error: (id, { message, hint }) => ({ id, host, status: 'fail', text: message, todo: hint }),
  };
}
