declare module 'asl-validator' {
  /** Checks a definition against the schema of the Amazon States Language. */
  export default function validate(definition: unknown, options?: { readonly checkPaths?: boolean; readonly checkArn?: boolean }): {
    readonly isValid: boolean;
    readonly errorsText: (separator?: string) => string;
  };
}
