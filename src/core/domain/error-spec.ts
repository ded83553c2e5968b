/** One kind of failure: what it means and what to do next. */
export interface ErrorSpec {
  readonly title: string;
  readonly hint: string;
}

export const spec = (title: string, hint: string): ErrorSpec => ({ title, hint });
