"""The server of the council page: Voila with one page, one password and an upper limit, and nothing else.

Voila answers for a folder, a file list, a kernel's deletion and any path that looks like a page. This server keeps only
what the page itself asks for; every other address is not found. Visitors reach their kernel by a websocket that lets
widget messages through and drops every other kind, so that no visitor can make the server run code.
"""

from __future__ import annotations

import asyncio
import os

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import PasswordIdentityProvider
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.auth.security import passwd
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError
from traitlets import Int, default
from voila.app import Voila
from voila.handler import BaseVoilaHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from simulation.workbook.serve import PASSWORD

# What the page may load: its own files, what it makes itself, and Vega's expressions, which are built with `Function`.
_CONTENT = "; ".join([
    "default-src 'self' data: blob:", "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob: data:",
    "style-src 'self' 'unsafe-inline' blob: data:", "connect-src 'self' ws: wss: data: blob:", "object-src 'none'",
    "base-uri 'self'", "form-action 'self'", "frame-ancestors 'self'"])
HEADERS = {"Content-Security-Policy": _CONTENT, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_LARGEST_MESSAGE = 1 << 20  # bytes: the page's own messages are far below 100 kB
_WRONG_AT_ONCE = 5  # wrong passwords that may wait for their answer, a second each
# Ends of the address patterns that the page needs; the others of Voila are left out.
_NEEDED = ("/channels", "/voila/static/(.*)", "/voila/api/themes/(.*)", "/voila/api/shutdown/(.*)", "/voila/labextensions/(.*)", "/login",
           "/logout")


class Page(TornadoVoilaHandler):
    """The page, unless the hall is full."""

    async def prepare(self) -> None:
        await super().prepare()
        spare = sum(self.kernel_manager.get_pool_size(name) for name in self.kernel_manager.notebook_data)
        if len(self.kernel_manager.list_kernel_ids()) - spare >= self.settings["session_limit"]:
            raise HTTPError(503, "the limit of sessions is reached")


class OneKernel(KernelHandler):
    """Whether the page's own kernel lives; it cannot be deleted here, and there is no list."""

    SUPPORTED_METHODS = ("GET",)


class NotHere(BaseVoilaHandler):
    """Everything that is not served."""

    @allow_unauthenticated
    async def prepare(self) -> None:
        self.current_user = None  # the error page asks who reads it; here that is nobody
        raise HTTPError(404)


class Login(LoginFormHandler):
    """A page that asks for the password, in both languages; a wrong one is answered slowly."""

    _waiting = 0

    def _render(self, message=None) -> None:
        template = self.settings["voila_jinja2_env"].get_template("login.html")
        again = self.get_argument("next", default=self.base_url)
        self.write(template.render(**self.template_namespace, next=again, wrong=message is not None))

    @allow_unauthenticated
    async def post(self) -> None:
        """Let in, or say after a second that the password is wrong."""
        if Login._waiting >= _WRONG_AT_ONCE:
            raise HTTPError(429, "too many wrong passwords at once")
        user = self.current_user = self.identity_provider.process_login_form(self)
        if user is None:
            Login._waiting += 1
            try:
                await asyncio.sleep(1)
            finally:
                Login._waiting -= 1
            self.set_status(401)
            self._render(message={"error": "wrong"})
            return
        self.identity_provider.set_login_cookie(self, user)
        self._redirect_safe(self.get_argument("next", default=self.base_url))


class Door(PasswordIdentityProvider):
    """One password for the hall; a link from another site does not carry its cookie."""

    @default("cookie_options")
    def _strict(self) -> dict:
        return {"samesite": "Strict"}

    @default("allow_password_change")
    def _fixed(self) -> bool:
        return False

    def get_handlers(self) -> list:
        """The login page of this server instead of Jupyter's."""
        return [(path, Login if path == "/login" else handler) for path, handler in super().get_handlers()]


class Hall(Voila):
    """See the module. The password comes from the environment and is taken out of it before a kernel starts.

    Attributes:
        session_limit: kernels that visitors may hold at once; the next visitor is told that the hall is full.
    """

    name = "voila"
    session_limit = Int(30, help="Pages that may be open at once").tag(config=True)

    @default("identity_provider_class")
    def _door(self) -> type:
        return Door

    def initialize(self, argv=None) -> None:
        """Read the options, then the password: hashed at once, never in a file or on the command line."""
        super().initialize(argv)
        password = os.environ.pop(PASSWORD, "")
        if password:
            self.config.Door.hashed_password = passwd(password)

    def init_settings(self) -> dict:
        """Voila's settings, closed further: what is not served, what a page may load, how long a message may be."""
        settings = super().init_settings()
        guarded = bool(self.config.Door.get("hashed_password"))
        return settings | {
            "session_limit": self.session_limit, "headers": HEADERS, "websocket_max_message_size": _LARGEST_MESSAGE,
            "allow_unauthenticated_access": False,
            # Without a password only this computer's own names are answered, so that no foreign name can point at it.
            "allow_remote_access": guarded,
            "default_handler_class": NotHere, "default_handler_args": {"voila_configuration": self.voila_configuration},
        }

    def init_handlers(self) -> list:
        """Only the addresses that the page asks for."""
        all_of_it = super().init_handlers()
        kept = [handler for handler in all_of_it if handler[0].endswith(_NEEDED) and handler[1] is not TornadoVoilaHandler]
        kernel = next(handler[0] for handler in all_of_it if handler[1] is VoilaKernelWebsocketHandler).removesuffix("/channels")
        page = next(handler for handler in all_of_it if handler[1] is TornadoVoilaHandler)
        template = self.voila_configuration.template
        static = next(handler for handler in all_of_it if handler[0].endswith("/voila/templates/(.*)"))
        files = url_path_join(self.server_url, f"/voila/templates/({template}/static/[^/%]+)")
        return [*kept, (kernel, OneKernel), (files, *static[1:]), (url_path_join(self.server_url, "/"), Page, page[2])]


main = Hall.launch_instance

if __name__ == "__main__":
    main()
