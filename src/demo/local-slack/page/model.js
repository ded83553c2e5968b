/**
 * The words of the page: what the server sends. Everything below blocks stays as the app sent it, so it is
 * `Json` and looked at field by field.
 *
 * @typedef {{ readonly [name: string]: unknown }} Json
 *
 * @typedef {object} User
 * @property {string} id
 * @property {string} name
 * @property {string} locale
 * @property {boolean} isBot
 * @property {boolean} deleted
 * @property {boolean} isStranger
 * @property {boolean} isRestricted
 * @property {string} teamId
 *
 * @typedef {object} Channel
 * @property {string} id
 * @property {string} name
 * @property {'public' | 'private' | 'dm'} kind
 * @property {readonly string[]} members
 *
 * @typedef {object} SharedFile
 * @property {string} id
 * @property {string} title
 * @property {string} mimetype
 * @property {string} altText
 *
 * @typedef {object} Message
 * @property {string} channel
 * @property {string} ts
 * @property {string | null} threadTs
 * @property {string} userId
 * @property {string | null} botId
 * @property {string} text
 * @property {readonly Json[]} blocks
 * @property {readonly SharedFile[]} files
 * @property {boolean} broadcast
 * @property {number} edits
 * @property {string | null} editedTs
 * @property {string | null} ephemeralTo
 *
 * @typedef {object} View
 * @property {string} id
 * @property {string} hash
 * @property {'modal' | 'home'} surface
 * @property {Json} view
 *
 * @typedef {{ readonly modal: View | null, readonly home: View | null }} Views
 *
 * @typedef {string | { readonly en: string, readonly ko: string }} PanelText
 *
 * @typedef {object} PanelCard
 * @property {string} title
 * @property {readonly PanelText[]} lines
 * @property {'good' | 'bad' | 'idle'} status
 * @property {readonly number[]} [series]
 *
 * @typedef {{ readonly cards: readonly PanelCard[], readonly notice: readonly PanelText[] }} Panel
 *
 * @typedef {object} Snapshot
 * @property {string} me
 * @property {{ readonly name: string, readonly teamId: string }} workspace
 * @property {{ readonly userId: string, readonly name: string }} bot
 * @property {readonly User[]} users
 * @property {readonly { readonly id: string, readonly handle: string }[]} userGroups
 * @property {readonly Channel[]} channels
 * @property {readonly Message[]} messages
 * @property {Views} views
 * @property {Panel} panel
 * @property {readonly { readonly command: string, readonly description: string }[]} commands
 * @property {readonly { readonly callbackId: string, readonly name: string }[]} shortcuts
 */

/**
 * @param {unknown} value
 * @returns {value is Json}
 */
export function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The objects of a list; nothing else.
 *
 * @param {unknown} value
 * @returns {readonly Json[]}
 */
export function objectsIn(value) {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * Empty where there is no text.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function textOf(value) {
  if (typeof value === 'string') return value;
  return isObject(value) && typeof value['text'] === 'string' ? value['text'] : '';
}

/**
 * The server is of the same build as the page, so it is enough to look at what tells the kinds apart.
 *
 * @param {unknown} value
 * @returns {value is Snapshot}
 */
export function isSnapshot(value) {
  return (
    isObject(value) &&
    ['me', 'users', 'channels', 'messages', 'views', 'panel'].every((name) => name in value)
  );
}

/**
 * @param {unknown} value
 * @returns {value is Message}
 */
export function isMessage(value) {
  return isObject(value) && typeof value['ts'] === 'string' && typeof value['channel'] === 'string';
}

/**
 * @param {unknown} value
 * @returns {value is Views}
 */
export function isViews(value) {
  return isObject(value) && 'modal' in value && 'home' in value;
}

/**
 * @param {unknown} value
 * @returns {value is Panel}
 */
export function isPanel(value) {
  return isObject(value) && Array.isArray(value['cards']) && Array.isArray(value['notice']);
}
