export interface AlertMessage {
  /** At most 100 ASCII characters, without line breaks. */
  readonly subject: string;
  readonly body: string;
}

/** Tells the on-call team. */
export interface Alerts {
  /** @throws QueueError when the message was not taken. */
  publish(message: AlertMessage): Promise<void>;
}

/** For a configuration without `alerts`: nobody asked to be told. */
export const silentAlerts: Alerts = { publish: async () => undefined };
