/**
 * What TensorFlow's library and its OpenMP read once, when they are loaded. The backend wasm computes
 * on one thread whatever is said here, and cpu does, too; libuv's pool (disk, look-ups, signatures)
 * has as many threads as UV_THREADPOOL_SIZE says in the environment that the process starts with.
 */
const VARIABLES = ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'OMP_NUM_THREADS'] as const

/**
 * Limits the threads that computing may use; null: no limit. What the operator has set stays. To be
 * called before the compute thread starts, which shares the environment.
 */
export const limitThreads = (
  threads: number | null,
  environment: Record<string, string | undefined> = process.env
): void => {
  if (threads === null) return
  for (const name of VARIABLES) environment[name] ??= String(threads)
}
