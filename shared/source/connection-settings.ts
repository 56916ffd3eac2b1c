/** How to reach the server and log in. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly ssl: SslSettings;
}

/**
 * `verify-full`: encrypted; the certificate must come from a trusted authority and name the host.
 * `require`: encrypted, but the certificate is NOT verified, so whoever sits in between can pose as the server.
 * `disable`: plain text.
 */
export interface SslSettings {
  readonly mode: 'verify-full' | 'require' | 'disable';
  /** Accepted certificate authorities, PEM; the runtime's own when undefined. */
  readonly caPem?: string | undefined;
}
