"""Federation: bundles of other trust domains, each over a channel that is validated as agreed (SPIFFE Federation)."""

import http.client
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from assay.errors import CertificateError, Place
from assay.trust.workloads.bundle import LARGEST_BUNDLE, BundleSet, TrustBundle
from assay.trust.workloads.key_files import make_private_folder, read_private, write_private
from assay.trust.workloads.spiffe_id import SpiffeId, TrustDomain
from assay.trust.workloads.tls_contexts import client_context, presented_chain
from assay.trust.workloads.verification import verify_x509_svid
from assay.trust.workloads.workload_api.identities import Identities

__all__ = ["BundleEndpoint", "Federation", "SpiffeProfile", "WebProfile", "fetch_bundle", "read_bundle"]

SECONDS_TO_FETCH = 10.0
"""After which an endpoint that does not answer is given up until the next time."""

_OFTEN = timedelta(seconds=1)
_UNSAID = timedelta(minutes=5)
_RETRY = timedelta(seconds=30)


@dataclass(frozen=True)
class WebProfile:
    """`https_web`: the endpoint has a certificate for its host name.

    Args:
        ca_file: The authorities for it in PEM form; those of the system if it is left out.
    """

    ca_file: Path | None = None


@dataclass(frozen=True)
class SpiffeProfile:
    """`https_spiffe`: the endpoint is a workload of the trust domain whose bundle it serves.

    Args:
        endpoint_id: Which workload.
        first_bundle: The bundle that the first connection is judged by, from someone who is trusted; later ones are
            judged by the bundle that was fetched last.
    """

    endpoint_id: SpiffeId
    first_bundle: TrustBundle


@dataclass(frozen=True)
class BundleEndpoint:
    """Where the bundle of a foreign trust domain is, and how one knows that it is that.

    Raises:
        CertificateError: The address is not `https://…` without a user, or the profile is about another trust domain.
    """

    trust_domain: TrustDomain
    url: str
    profile: WebProfile | SpiffeProfile

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            is_usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_usable = False
            parts = urlsplit("")
        if not is_usable or parts.username is not None or not self.url.isprintable() or " " in self.url:
            raise CertificateError("the address of a bundle endpoint is https://host/path, without a user")
        if isinstance(self.profile, SpiffeProfile) and not (
            self.profile.endpoint_id.for_workload().trust_domain
            == self.profile.first_bundle.trust_domain
            == self.trust_domain
        ):
            raise CertificateError(f"the endpoint and its first bundle are not of the trust domain {self.trust_domain}")


def read_bundle(trust_domain: TrustDomain, path: Path) -> TrustBundle:
    """A bundle from a file; whoever names the file says whose it is.

    Raises:
        CertificateError: It cannot be read, or is no bundle.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BUNDLE + 1)
    except OSError as error:
        raise CertificateError(f"the bundle cannot be read: {error.strerror}", where=Place(path)) from error
    return TrustBundle.parse(trust_domain, content)


def fetch_bundle(endpoint: BundleEndpoint, latest: TrustBundle | None = None) -> TrustBundle:
    """The bundle that an endpoint serves now. Redirections are not followed.

    Args:
        endpoint: Where, and how it is known.
        latest: What was fetched last, by which an endpoint that is a workload is judged.

    Raises:
        CertificateError: It cannot be reached, is not who it must be, or serves no bundle.
    """
    parts = urlsplit(endpoint.url)
    profile = endpoint.profile
    trusted = latest or (profile.first_bundle if isinstance(profile, SpiffeProfile) else None)
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port or 443, timeout=SECONDS_TO_FETCH, context=_context(profile, trusted)
    )
    try:
        connection.connect()
        if isinstance(profile, SpiffeProfile) and trusted is not None:
            _check_endpoint(connection.sock, profile.endpoint_id, trusted)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        content = response.read(LARGEST_BUNDLE + 1)
        if response.status != http.client.OK:
            raise CertificateError(f"the bundle endpoint of {endpoint.trust_domain} answers {response.status}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CertificateError(f"the bundle of {endpoint.trust_domain} cannot be fetched: {error}") from error
    finally:
        connection.close()
    return TrustBundle.parse(endpoint.trust_domain, content)


def _context(profile: WebProfile | SpiffeProfile, trusted: TrustBundle | None) -> ssl.SSLContext:
    if isinstance(profile, SpiffeProfile):
        return client_context(trusted or profile.first_bundle)
    try:
        context = ssl.create_default_context(cafile=profile.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise CertificateError("the authorities for a bundle endpoint cannot be read") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _check_endpoint(connection: ssl.SSLSocket, expected: SpiffeId, trusted: TrustBundle) -> None:
    verify_x509_svid(
        presented_chain(connection), BundleSet(trusted), now=datetime.now(UTC), accepts=lambda one: one == expected
    )


def _is_older(fetched: TrustBundle, latest: TrustBundle | None) -> bool:
    if latest is None or latest.sequence is None or fetched.sequence is None:
        return False
    return fetched.sequence < latest.sequence


class Federation:
    """Keeps the bundles of foreign trust domains fresh: asks each endpoint as often as its bundle suggests.

    What was fetched last is kept on disk and used until the endpoint has something newer, also after a restart.

    Args:
        identities: Where the bundles go.
        endpoints: One for each foreign trust domain.
        folder: For the bundles that were fetched last; made if it is not there.
        on_trouble: Told when an endpoint gave nothing. The bundle that is there stays.

    Raises:
        CertificateError: Two endpoints of one trust domain, or a folder that cannot be used.
    """

    def __init__(
        self,
        identities: Identities,
        endpoints: Sequence[BundleEndpoint],
        folder: Path,
        on_trouble: Callable[[CertificateError], None] = lambda _: None,
    ) -> None:
        if len({endpoint.trust_domain for endpoint in endpoints}) < len(endpoints):
            raise CertificateError("two bundle endpoints of one trust domain")
        make_private_folder(folder)
        self._identities = identities
        self._endpoints = tuple(endpoints)
        self._folder = folder
        self._on_trouble = on_trouble
        self._latest = {endpoint.trust_domain: kept for endpoint in endpoints if (kept := self._kept(endpoint))}
        for bundle in self._latest.values():
            identities.federate(bundle)
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(
                target=self._follow, args=(endpoint,), name=f"bundle-of-{endpoint.trust_domain}", daemon=True
            )
            for endpoint in self._endpoints
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Asks no more. The bundles stay with the identities."""
        self._closing.set()
        for thread in self._threads:
            thread.join()

    def _follow(self, endpoint: BundleEndpoint) -> None:
        pause = timedelta()
        while not self._closing.wait(pause.total_seconds()):
            try:
                pause = max(self._refresh(endpoint).refresh_hint or _UNSAID, _OFTEN)
            except CertificateError as error:
                latest = self._latest.get(endpoint.trust_domain)
                pause = min(max((latest.refresh_hint if latest else None) or _RETRY, _OFTEN), _RETRY)
                self._on_trouble(error)

    def _refresh(self, endpoint: BundleEndpoint) -> TrustBundle:
        fetched = fetch_bundle(endpoint, self._latest.get(endpoint.trust_domain))
        if self._identities.federate(fetched):
            write_private(self._path(endpoint), fetched.to_json())
            self._latest[endpoint.trust_domain] = fetched
        elif _is_older(fetched, self._latest.get(endpoint.trust_domain)):
            raise CertificateError(f"the bundle endpoint of {endpoint.trust_domain} serves an older bundle than before")
        return fetched

    def _kept(self, endpoint: BundleEndpoint) -> TrustBundle | None:
        path = self._path(endpoint)
        return TrustBundle.parse(endpoint.trust_domain, read_private(path)) if path.exists() else None

    def _path(self, endpoint: BundleEndpoint) -> Path:
        return self._folder / f"{endpoint.trust_domain}.bundle.json"
