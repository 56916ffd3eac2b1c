const MS_PER_DAY = 86_400_000;

/**
 * Stands in for the class of @js-joda/core, of whose 200 KB tedious uses this to write dates as days since another date.
 * Of the proleptic Gregorian calendar, as there.
 */
export class LocalDate {
  readonly #epochDay: number;

  private constructor(epochDay: number) {
    this.#epochDay = epochDay;
  }

  /** @param month from 1 */
  static of(year: number, month: number, day: number): LocalDate {
    // Date.UTC would take the years 0 to 99 for those of the 20th century.
    return new LocalDate(new Date(0).setUTCFullYear(year, month - 1, day) / MS_PER_DAY);
  }

  static ofYearDay(year: number, dayOfYear: number): LocalDate {
    return LocalDate.of(year, 1, dayOfYear);
  }

  until(other: LocalDate, unit: ChronoUnit): number {
    if (unit !== ChronoUnit.DAYS) throw new TypeError('Dates are only counted in days.');
    return other.#epochDay - this.#epochDay;
  }
}

export const ChronoUnit = { DAYS: 'Days' } as const;
type ChronoUnit = (typeof ChronoUnit)[keyof typeof ChronoUnit];
