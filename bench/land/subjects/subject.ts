import type { BenchSource, Dialect } from '../sources/login.ts';

/** One table to be landed by one subject. */
export interface Job {
  readonly source: BenchSource;
  readonly table: string;
  readonly rows: number;
  readonly s3: { readonly endpoint: string; readonly bucket: string };
}

/** What the subject itself counted. */
export interface Landed {
  readonly rows: number;
  /** Made but not written; of what is written the size is looked up. */
  readonly bytes?: number;
}

/** Lands so many rows at a key. Called with few rows first, so that every module is loaded when the clock starts. */
export type Run = (rows: number, key: string) => Promise<Landed>;

/** How an output spells bytes: Parquet has them as they are. */
export type BinarySpelling = 'bytes' | 'hex' | 'hex-escaped' | 'base64';

/** Of what an output is made, for the check to read it. */
export type OutputForm =
  | { readonly format: 'parquet'; readonly binary: BinarySpelling }
  | { readonly format: 'json-lines'; readonly binary: BinarySpelling; readonly compression: 'gzip' | 'none' }
  | {
      readonly format: 'csv';
      readonly binary: BinarySpelling;
      readonly compression: 'gzip' | 'none';
      readonly header: boolean;
      readonly delimiter: string;
      /** Empty where nothing is quoted. */
      readonly quote: string;
    };

interface SubjectFacts {
  /** As in `--subject`. */
  readonly name: string;
  /** What it does, for the report. */
  readonly title: string;
  readonly group: 'landfall' | 'peer' | 'floor';
  readonly dialects: readonly Dialect[];
  /** Undefined when nothing is written that could be checked. */
  readonly output: OutputForm | undefined;
  /** The only tables it is measured on, unless it is asked for by its name. All when left out. */
  readonly tables?: readonly string[];
}

/** Runs in a Node process of its own. */
export interface NodeSubject extends SubjectFacts {
  readonly kind: 'node';
  /** What is made ready before the clock starts. */
  load(job: Job): Promise<Run>;
}

/** A program that writes a file of its own. */
export interface ProgramSubject extends SubjectFacts {
  readonly kind: 'program';
  readonly program: string;
  /** The command that installs it. */
  readonly install: string;
  /** Finds the number of rows in what it says at its end. */
  readonly rowsSaid: RegExp;
  /** `folder` is empty and its own. */
  command(job: Job, folder: string): ProgramCommand;
}

export interface ProgramCommand {
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly outputPath: string;
}

export type Subject = NodeSubject | ProgramSubject;
