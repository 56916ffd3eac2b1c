/** What a database login needs, as RDS keeps it in Secrets Manager. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
}

/** Where credentials come from. Answers are cached; `fresh` reads the secret anew. */
export interface CredentialsProvider {
  get(reference: string, options?: { readonly fresh?: boolean }): Promise<Credentials>;
}
