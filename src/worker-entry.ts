/**
 * The address of a worker thread's module beside the caller's. The published package is JavaScript;
 * the repository runs its TypeScript as it is, and the compiler rewrites imports but no URLs.
 */
export const workerEntry = (name: string, caller: string): URL =>
  new URL(`${name}${caller.endsWith('.ts') ? '.ts' : '.js'}`, caller)
