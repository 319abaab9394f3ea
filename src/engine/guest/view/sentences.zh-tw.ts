/** Sentences of guest execution in Traditional Chinese. */
import type { GuestSentenceTable } from './sentences.ts';

/** The Traditional Chinese table. */
export const guestSentencesZhTw: GuestSentenceTable = {
  'guest.instruction': '{rip}：{operation}，長度 {lengthBytes}',
  'guest.register': '{number} 變為 {valueHi:valueLo}',
  'guest.memoryWritten': '將 {valueLo} 寫入記憶體 {address}，位元組數：{sizeBytes}',
  'guest.portRead': '連接埠 {port} 沒有裝置回應：讀到 {value}，位元組數：{sizeBytes}',
  'guest.portWritten': '連接埠 {port} 沒有裝置接收：{value} 被捨棄，位元組數：{sizeBytes}',
  'guest.portIntercepted': '父分割區攔截對連接埠 {port} 的寫入，位元組數：{sizeBytes}',
  'guest.portIntercepted.no': '父分割區攔截對連接埠 {port} 的讀取，位元組數：{sizeBytes}',
  'guest.intercepted': '客體停在 {rip}，尚未執行長度為 {lengthBytes} 的指令',
  'guest.cpuid': '以 CPUID 查詢 leaf {leaf}、subleaf {subleaf}',
  'guest.fault': '在 {rip} 引發 {vector}，錯誤碼為 {errorCode}；沒有任何改變',
  'guest.halted': '停機；下一個指令位於 {rip}',
};
