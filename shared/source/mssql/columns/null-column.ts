import { VariableWidthColumn } from './variable-width.ts';

/** The type of an untyped NULL: there is no value of it. */
export class NullColumn extends VariableWidthColumn {
  override fill(_bytes: Uint8Array, _starts: Int32Array, _lengths: Int32Array, _from: number, count: number): void {
    for (let i = 0; i < count; i++) this.appendNull();
  }

  protected decode(): void {}
}
