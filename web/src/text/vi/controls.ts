export const text = {
  'combo.list': 'Các mục tìm thấy',
  'combo.none': 'Không tìm thấy. Hãy thử gõ ít chữ hơn.',
  'combo.failed': 'Chưa tải được danh sách. Hãy thử lại khi có mạng.',
} as const;
