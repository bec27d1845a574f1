import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

const OPTIONS = { enableHighAccuracy: true, maximumAge: 0, timeout: 15000 };

/**
 * Asks the device where it is.
 *
 * @returns {Promise<{latitude?: number, longitude?: number, accuracy?: number, is_mock?: boolean, problem?: string}>}
 * the position, and whether the device says that it is made up, or why there is none
 */
export function locate() {
    const geolocation = browser.navigator.geolocation;
    if (!window.isSecureContext) {
        return Promise.resolve({
            problem: _t("The browser tells its position to secure pages only: open Odoo with https."),
        });
    }
    if (!geolocation) {
        return Promise.resolve({ problem: _t("This browser knows no positions.") });
    }
    return new Promise((resolve) => {
        geolocation.getCurrentPosition(
            ({ coords, mocked }) => {
                const { latitude, longitude, accuracy } = coords;
                // Applications that show the web client tell so; browsers by themselves do not.
                const isMock = mocked ?? coords.mocked ?? coords.isMock;
                resolve({ latitude, longitude, accuracy, ...(isMock === undefined ? {} : { is_mock: isMock === true }) });
            },
            (error) => resolve({ problem: problemOf(error) }),
            OPTIONS
        );
    });
}

function problemOf({ code, PERMISSION_DENIED, TIMEOUT }) {
    if (code === PERMISSION_DENIED) {
        return _t("The position was refused: allow it for this page in the settings of the browser.");
    }
    if (code === TIMEOUT) {
        return _t("The device did not find its position in time: step into the open.");
    }
    return _t("The device has no signal to find its position.");
}
