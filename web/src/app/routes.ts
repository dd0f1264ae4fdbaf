/** Every address that is a screen. The build writes them into pages.txt, by which the server knows what is no error. */

export const ROUTES = ['/', '/khai-bao', '/to-khai', '/xac-minh', '/can-bo', '/ban-do', '/ban-do-chi-tiet', '/vi-chung-nhan', '/sua-chung-nhan', '/thu-quy-dinh'] as const;
export type Route = (typeof ROUTES)[number];

export function isRoute(path: string): path is Route {
  return ROUTES.some((route) => route === path);
}
