/**
 * Whether the helper that is installed on a host takes orders, as a worker last found it. Asked only of accounts
 * that are not root, and only where a diagnosis offers something.
 */
export type HelperState =
  | { readonly kind: 'ready' }
  /** In the words of the host, or why it could not be asked. */
  | { readonly kind: 'not-ready'; readonly code: string; readonly message: string };
