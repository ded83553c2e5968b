/** Slack's names for the signs that apps use; a name that is not here is shown as it was typed. */
const SIGNS =
  'white_check_mark ✅ x ❌ warning ⚠️ rotating_light 🚨 hourglass_flowing_sand ⏳ hourglass ⌛ ' +
  'red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 ' +
  'large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ large_green_square 🟩 large_red_square 🟥 ' +
  'question ❓ grey_question ❔ exclamation ❗ bangbang ‼️ information_source ℹ️ mag 🔍 mag_right 🔎 wrench 🔧 ' +
  'hammer_and_wrench 🛠️ gear ⚙️ lock 🔒 unlock 🔓 key 🔑 shield 🛡️ bell 🔔 no_bell 🔕 eyes 👀 eye 👁️ tada 🎉 ' +
  'rocket 🚀 fire 🔥 boom 💥 zap ⚡ arrows_counterclockwise 🔄 repeat 🔁 leftwards_arrow_with_hook ↩️ rewind ⏪ ' +
  'arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️ arrow_lower_right ↘️ ' +
  'chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 stopwatch ⏱️ alarm_clock ⏰ timer_clock ⏲️ ' +
  'clock3 🕒 no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧 bulb 💡 memo 📝 clipboard 📋 link 🔗 ' +
  'thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 heavy_check_mark ✔️ ballot_box_with_check ☑️ heavy_minus_sign ➖ ' +
  'heavy_plus_sign ➕ small_blue_diamond 🔹 small_orange_diamond 🔸 ambulance 🚑 stethoscope 🩺 computer 💻 ' +
  'desktop_computer 🖥️ electric_plug 🔌 satellite 🛰️ globe_with_meridians 🌐 package 📦 inbox_tray 📥 outbox_tray 📤 ' +
  'speech_balloon 💬 wave 👋 robot_face 🤖 pray 🙏 sos 🆘 new 🆕 pushpin 📌 round_pushpin 📍 calendar 📅 snowflake ❄️ ' +
  'point_right 👉 point_down 👇 raised_hand ✋ ok_hand 👌 muscle 💪 heart ❤️ star ⭐ sparkles ✨ books 📚 book 📖 ' +
  'page_facing_up 📄 file_folder 📁 put_litter_in_its_place 🚮 wastebasket 🗑️ pencil2 ✏️ scroll 📜 ghost 👻 bug 🐛 ' +
  'fast_forward ⏩ pause_button ⏸️ play_or_pause_button ⏯️ arrow_forward ▶️ black_square_for_stop ⏹️ ' +
  'handshake 🤝 bust_in_silhouette 👤 busts_in_silhouette 👥 traffic_light 🚦 thermometer 🌡️ toolbox 🧰 ladybug 🐞 ' +
  'smile 😄 slightly_smiling_face 🙂 thinking_face 🤔 cry 😢 sweat_smile 😅 sunglasses 😎 100 💯';

const words = SIGNS.split(' ');

/** @type {ReadonlyMap<string, string>} */
const EMOJI = new Map(
  words.flatMap((name, index) => (index % 2 === 0 ? [[name, words[index + 1] ?? '']] : [])),
);

/**
 * @param {string} name without colons
 * @returns {string | null}
 */
export function emoji(name) {
  return EMOJI.get(name) ?? null;
}
