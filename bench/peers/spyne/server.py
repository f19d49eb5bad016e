"""create and getData served by Spyne on waitress: server.py --port N --wsdl FILE [--database mysql://...]"""

import argparse
import logging
import signal
import sys

from spyne import Application, Fault, Service, rpc
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication
from waitress import create_server

from database import AuthenticationError, Database
from messages import OBJECTS_NAMESPACE, SERVICE_NAMESPACE, Messages
from stored_user import fixed_user, shown_user

# As many as there are connections to the database; the interpreter runs one of them at a time.
THREADS = 8


def without_database(**columns):
    user = fixed_user()
    user["row"].update(columns)
    return user


def user_service(messages, database):
    """The service, over a database or, where it is None, with a fixed user."""

    def answered(work):
        try:
            return shown_user(messages, work())
        except AuthenticationError as error:
            raise Fault("Server", str(error))
        except Exception:
            raise Fault("Server", "Internal error")

    def returns_user(function):
        takes = messages.ResellerContext, messages.User, messages.Credentials
        return rpc(*takes, _returns=messages.User, _out_variable_name="return")(function)

    class OXResellerUserService(Service):
        @returns_user
        def create(self, ctx, usrdata, auth):
            if database is None:
                return answered(lambda: without_database(login=usrdata.name, display_name=usrdata.display_name))
            return answered(lambda: database.create(ctx.id, usrdata, auth))

        @returns_user
        def getData(self, ctx, user, auth):
            if database is None:
                return answered(lambda: without_database(id=user.id))
            return answered(lambda: database.read(ctx.id, user.id, auth))

    return OXResellerUserService


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--wsdl", required=True)
    parser.add_argument("--database")
    options = parser.parse_args()
    database = Database(options.database) if options.database else None
    # They log every fault with its stack, and every request that has to wait.
    logging.getLogger("spyne").setLevel(logging.CRITICAL)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    application = Application(
        [user_service(Messages(options.wsdl), database)],
        SERVICE_NAMESPACE,
        in_protocol=Soap11(),
        out_protocol=Soap11(),
    )
    # Registers a prefix, so that the namespace is declared once and not by every member.
    application.interface.get_namespace_prefix(OBJECTS_NAMESPACE)
    server = create_server(WsgiApplication(application), host="127.0.0.1", port=options.port, threads=THREADS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print("ready", flush=True)
    server.run()


main()
