/** The page's own words; Slack shows its own in the person's language too. */
const WORDS = {
  actAs: { en: 'Acting as', ko: '사용자 전환' },
  channels: { en: 'Channels', ko: '채널' },
  apps: { en: 'Apps', ko: '앱' },
  app: { en: 'APP', ko: '앱' },
  home: { en: 'Home', ko: '홈' },
  messages: { en: 'Messages', ko: '메시지' },
  thread: { en: 'Thread', ko: '스레드' },
  close: { en: 'Close', ko: '닫기' },
  cancel: { en: 'Cancel', ko: '취소' },
  send: { en: 'Send', ko: '보내기' },
  reply: { en: 'Reply…', ko: '답글 달기…' },
  replyInThread: { en: 'Reply in thread', ko: '스레드에 답글 달기' },
  oneReply: { en: '1 reply', ko: '1개의 답글' },
  replies: { en: '{n} replies', ko: '{n}개의 답글' },
  lastReply: { en: 'Last reply {when}', ko: '마지막 답글 {when}' },
  messageTo: { en: 'Message {where}', ko: '{where}에 메시지 보내기' },
  onlyYou: { en: 'Only visible to you', ko: '나에게만 표시됩니다' },
  edited: { en: '(edited)', ko: '(편집됨)' },
  today: { en: 'Today', ko: '오늘' },
  yesterday: { en: 'Yesterday', ko: '어제' },
  tomorrow: { en: 'Tomorrow', ko: '내일' },
  more: { en: 'More actions', ko: '추가 작업' },
  repliedTo: { en: 'replied to a thread', ko: '스레드에 답글을 남김' },
  nothingYet: { en: 'Nothing here yet.', ko: '아직 아무것도 없습니다.' },
  noHome: {
    en: 'This app has not published a Home for you yet.',
    ko: '이 앱은 아직 홈 탭을 게시하지 않았습니다.',
  },
  threadCommand: {
    en: '{command} is not supported in threads. Sorry!',
    ko: '{command} 명령은 스레드에서 쓸 수 없습니다.',
  },
  reconnecting: { en: 'Reconnecting…', ko: '다시 연결하는 중…' },
  whatToType: { en: 'What to type', ko: '입력해 보세요' },
  trouble: {
    en: 'We had some trouble connecting. Try again?',
    ko: '연결에 문제가 있었습니다. 다시 시도해 주세요.',
  },
  page: { en: 'Page {n} of {of}', ko: '{of} 중 {n}쪽' },
  choose: { en: 'Choose…', ko: '선택…' },
  guest: { en: 'guest', ko: '게스트' },
  external: { en: 'external', ko: '외부' },
};

/** @type {'en' | 'ko'} */
let language = 'en';

/** @param {string} locale like `ko-KR` */
export function speak(locale) {
  language = locale.toLowerCase().startsWith('ko') ? 'ko' : 'en';
  document.documentElement.lang = language;
}

/**
 * A text of the panel, in the reader's language where it has one.
 *
 * @param {import('./model.js').PanelText} text
 * @returns {string}
 */
export function spoken(text) {
  return typeof text === 'string' ? text : text[language];
}

/** @returns {'en-US' | 'ko-KR'} */
export function locale() {
  return language === 'ko' ? 'ko-KR' : 'en-US';
}

/**
 * @param {keyof typeof WORDS} name
 * @param {Readonly<Record<string, string>>} [values]
 * @returns {string}
 */
export function word(name, values = {}) {
  return WORDS[name][language].replaceAll(
    /\{(\w+)\}/g,
    (all, /** @type {string} */ key) => values[key] ?? all,
  );
}
