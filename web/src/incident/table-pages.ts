/** Long tables of a case turn over; short ones show no pager. */
export const PAGES = { pageSize: 50, hideOnSinglePage: true, showSizeChanger: false } as const;
