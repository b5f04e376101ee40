/** Leases a job may have over its life: the first and two failovers. Each one costs this scheduler gas. */
export const MAX_LEASES = 3;
