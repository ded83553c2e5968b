/** A whole number with its digits in groups of three, the same in both languages: 28,232. */
export const groupDigits = (value: number): string =>
  Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ',');
