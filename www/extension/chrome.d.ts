// As much of the extensions' API as is used here. Firefox has it under the same name.

declare namespace chrome {
  interface Event {
    addListener(listener: () => void): void;
  }
  interface Permissions {
    origins: string[];
  }

  namespace action {
    const onClicked: Event;
    function setBadgeBackgroundColor(details: { color: string }): Promise<void>;
    function setBadgeText(details: { text: string }): Promise<void>;
    function setBadgeTextColor(details: { color: string }): Promise<void>;
    function getBadgeText(details: object): Promise<string>;
  }
  namespace alarms {
    const onAlarm: Event;
    function create(name: string, info: { periodInMinutes: number }): Promise<void>;
    function clear(name: string): Promise<boolean>;
    function getAll(): Promise<{ name: string }[]>;
  }
  /** Of chrome://extensions, where tests ask the browser what it thinks of the extension. */
  const developerPrivate: any;
  namespace identity {
    function getRedirectURL(): string;
    function launchWebAuthFlow(details: { url: string; interactive: boolean }): Promise<string | undefined>;
  }
  namespace notifications {
    const onClicked: Event;
    function create(
      id: string,
      options: { type: "basic"; iconUrl: string; title: string; message: string },
    ): Promise<string>;
    function getAll(): Promise<Record<string, true>>;
  }
  namespace permissions {
    function contains(permissions: Permissions): Promise<boolean>;
    function request(permissions: Permissions): Promise<boolean>;
  }
  namespace runtime {
    const onInstalled: Event;
    const onMessage: Event;
    const onStartup: Event;
    function getPlatformInfo(): Promise<object>;
    function openOptionsPage(): Promise<void>;
    function sendMessage(message: string): Promise<unknown>;
  }
  namespace storage {
    const local: {
      onChanged: Event;
      get(key: string | null): Promise<Record<string, any>>;
      set(items: object): Promise<void>;
      remove(key: string): Promise<void>;
    };
  }
  namespace tabs {
    function create(properties: { url: string }): Promise<object>;
  }
}
